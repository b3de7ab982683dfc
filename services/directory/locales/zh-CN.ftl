# 拒绝
member-already-inactive = 该成员已停用。
member-already-active = 该成员已处于启用状态。
member-inactive = 该成员已停用。
last-administrator = 系统必须至少保留一名可以管理系统的在职成员。
department-archived = 该部门已归档。
department-has-members = 该部门还有 { $count } 名在职成员,请先调整他们的部门。
department-has-grants = 该部门还有 { $count } 项授权,请先撤销。
territory-archived = 该区域已归档。
territory-root = 顶级区域不能移动,也不能归档。
territory-parent-archived = 上级区域已归档。
territory-cycle = 区域不能移到它自己之下。
territory-too-deep = 区域最多 { $max } 级。
territory-has-members = 该区域还有 { $count } 名在职成员,请先调整他们的区域。
territory-has-territories = 该区域下还有 { $count } 个下级区域,请先移动或归档。
grant-scope-meaningless = 系统管理和数据导入只能授予全部数据范围。
grant-already-revoked = 该授权已撤销。
session-already-over = 该会话已结束。
session-time-left = 该会话尚未到期。
sign-in-failed = 用户名或密码不正确。

# 字段规则
sign-in-name-malformed = 须为 2 到 64 个小写字母、数字、点、短横线或下划线,并以字母开头
role-malformed = 须为 2 到 40 个小写字母、数字或下划线,并以字母开头
role-unknown = 包含尚未授权的角色:{ $role }
name-taken = 已被占用
password-too-simple = 过于简单:至少使用四种不同的字符,且不能只在用户名前后添加少量字符
time-zone-unknown = 不是有效的时区(请使用 IANA 名称,如 Asia/Shanghai)
department-not-in-use = 所指的部门不存在或已归档
territory-not-in-use = 所指的区域不存在或已归档
member-not-active = 所指的成员不存在或已停用
external-id-repeated = 在本批数据中重复出现
password-wrong = 不是当前密码
