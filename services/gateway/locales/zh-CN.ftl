# 不存在的入口
route-unknown = { $path } 不存在。
method-not-allowed = { $path } 不支持 { $method } 方法，可用：{ $allowed }。
not-json = 请求体必须是 JSON，请带上 Content-Type: application/json。
not-grpc-web = 该入口使用 gRPC-Web，请带上 Content-Type: application/grpc-web+proto。
too-large = 请求过大，请求体最多 { $bytes } 字节。
body-broken = 请求体不完整。
csrf = 该请求不是由 Baton 页面发出的。请重新打开 Baton 后再试。

# 与字段不符的值
not-an-object = 必须是对象
not-a-list = 必须是列表
not-text = 必须是文本
not-true-or-false = 必须是 true 或 false
not-a-number = 必须是数字
not-a-whole-number = 必须是整数
not-a-choice = 必须是下列之一：{ $choices }
not-base64 = 必须是 Base64 编码的字节
value-malformed = 格式不符合该字段的要求
chosen-twice = 与另一个字段只能二选一

# 请求体、参数和请求头
json-malformed = 不是有效的 JSON：第 { $line } 行，第 { $column } 列
body-superfluous = 必须为空：该接口没有请求体
parameter-unknown = 不是该接口的参数
parameter-twice = 重复给出
column-unknown = 指定了列表中没有的列：{ $column }
column-twice = 同一列指定了两次：{ $column }
nothing-to-change = 为空：请求体中没有可修改的字段
header-malformed = 所在的请求头无法识别

# 外部登录未成功
refused-title = 未能登录
refused-back = 返回登录页

# 首页
page-title = Baton
page-what = 从第一条线索到订单回款，Baton 让业务一棒一棒地交接下去，不掉一棒。
page-console = 本程序未包含网页控制台：运行 `make run` 会构建控制台并一并启动 Baton。
page-sign-in = 登录
page-sign-in-how = 程序和命令行从这里接入。提交用户名和密码，应答中的令牌（token）随后续每个请求一起发送。
page-api = 接口
page-api-where = HTTP 上的 JSON 接口位于 /v1 之下。全部接口的说明，人和工具都可以读：
page-errors = 错误信息按 Accept-Language 用中文（zh-CN）或英文（en）给出。
