# 对象种类
kind-member = 成员
kind-department = 部门
kind-territory = 区域
kind-grant = 授权
kind-settings = 设置
kind-session = 会话
kind-identity = 外部登录账号
kind-provider = 登录服务
kind-password-link = 密码链接
kind-saved-view = 视图
kind-api-key = 密钥
kind-export = 导出
kind-collection = 列表
kind-account = 客户
kind-contact = 联系人
kind-interaction = 交往记录
kind-follow-up = 跟进任务
kind-campaign = 市场活动
kind-lead = 线索
kind-process = 销售流程
kind-opportunity = 销售机会
kind-product = 产品
kind-contract = 合同
kind-order = 订单
kind-operation = 操作
kind-record = 记录

# 错误种类
not-found = 没有这个{ $kind }：{ $id }。
exists = { $kind }已存在：{ $id }。
invalid = 请求有 { $count } 处不符合要求：{ $fields }。
stale = 内容刚被他人修改过，请刷新后重试。
denied = 您没有权限执行此操作。
unauthenticated = 您尚未登录，或登录已失效。
second-factor-demanded = 您的账号须启用两步验证，请先完成设置。
exhausted = 请求过多，请在 { $seconds } 秒后重试。
unavailable = 所需服务暂时不可用，请稍后重试。
service-away = 该操作需要 { $service } 服务，它没有运行或暂时无法访问。
idempotency-key-reused = 该请求编号已用于另一个请求。
internal = 系统内部出错。
unknown-method = 没有这个接口。
deadline = 处理超时，已放弃。

# 字段规则
required = 不能为空
too-short = 至少需要 { $min } 个字符
too-long = 最多 { $max } 个字符
id-malformed = 不是有效的编号
number-out-of-range = 必须在 { $min } 到 { $max } 之间
currency-unknown = 不是 ISO 4217 货币代码
date-malformed = 不是有效日期（YYYY-MM-DD）
time-malformed = 不是有效时间
email-malformed = 不是有效的电子邮箱
quantity-malformed = 不是有效数量（大于 0，最多三位小数）
source-kind-unknown = 不是有效的来源类型
source-id-required = 必须注明来源对象
source-id-superfluous = 来源为直接创建时必须为空
source-not-found = 所指的来源不存在
reference-not-found = 所指的对象不存在
choice-unknown = 不在可选范围内
word-malformed = 只能包含小写字母、数字和下划线
page-size-out-of-range = 必须在 0 到 { $max } 之间
page-token-foreign = 不是本列表给出的翻页标记
order-unknown = 本列表不支持该排序（可用：{ $orders }）
mask-unknown = 包含不可修改的字段：{ $path }
too-many = 最多 { $max } 项
date-reversed = 结束早于开始
verb-without-kind = 只能与对象种类一起查询
control-character = 不能包含控制字符
query-without-words = 没有可供查找的内容

# 交接与操作
handoff-not-open = 这里没有待接收的交接。
handoff-not-yours = 该交接是给其他人的。
operation-running = 正在处理中。
number-blocks-exhausted = 本年度的编号已用完。

# 商机的销售流程:由销售服务拒绝,计划商机者亦须预见。
process-archived = 该销售流程已归档。
process-missing = 没有可用的销售流程，请指定一个

# 开关：企业不使用的功能。
projects-switched-off = 贵公司未启用项目功能。
marketing-switched-off = 贵公司已停用市场职能，不能新建其业务对象。
sales-switched-off = 贵公司已停用销售职能，不能新建其业务对象。
commerce-switched-off = 贵公司已停用商务职能，不能新建其业务对象。

# 交接看板。
handoff-of-another-function = 不是该职能待处理的交接
field-hidden = 无权查看该字段，因此不能修改
not-by-phone = 像是电话号码，只有可查看个人信息的人才能按电话查找
