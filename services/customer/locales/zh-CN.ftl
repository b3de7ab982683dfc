# 客户
party-found-invalid = 该潜在客户已被核实为无效，请先重新打开。
party-not-invalid = 只有被核实为无效的潜在客户才能重新打开。
account-stays = 已核实的客户不能再判为无效，其他业务记录依赖于它。
parent-cycle = 公司不能隶属于自己，经由其他公司间接隶属也不行。
parent-is-person = 个人不能作为上级公司。

# 联系人
contact-archived = 该联系人已归档。

# 跟进任务
follow-up-closed = 该跟进任务已结束，请先重新打开。
follow-up-open = 该跟进任务尚未结束。
follow-up-not-due = 该跟进任务尚未到期。

# 字段规则
country-unknown = 不是有效的两位国家代码（ISO 3166-1）
phone-malformed = 不是可拨打的电话号码
website-malformed = 不是有效的网址
party-differs = 与所关联对象的客户不一致
time-not-yet = 不能晚于当前时间
time-in-past = 必须晚于当前时间

# 个人信息主体
kind-person = 个人
kind-erasure = 删除记录
person-erased = 此人的个人信息已删除，不能再修改或添加内容。
not-a-person = 公司不是个人，请删除该公司的联系人。
