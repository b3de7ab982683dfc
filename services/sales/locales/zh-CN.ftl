# 销售流程
stage-occupied = 阶段“{ $stage }”中还有进行中的销售机会,不能移除。
stage-id-superfluous = 必须为空:新流程的阶段都是新建的
stage-name-twice = 与本流程的另一个阶段重名
stage-twice = 重复出现
stage-foreign = 该阶段属于另一个销售流程。
stage-unchanged = 销售机会已处于该阶段。
stage-retired = 该阶段已停用,请选择其他阶段。

# 销售机会
opportunity-won = 该销售机会已赢单,如需修改请先重新打开。
opportunity-lost = 该销售机会已丢单,如需修改请先重新打开。
opportunity-open = 该销售机会本来就在进行中。
opportunity-not-won = 只有已赢单的销售机会才能移交商务。
opportunity-without-amount = 没有金额的销售机会不能赢单,请先填写金额或添加明细。
opportunity-without-account = 没有客户的销售机会不能赢单,请先指定客户。
opportunity-amount-follows-lines = 金额是明细的合计,请修改明细。
opportunity-with-commerce = 商务已接收该销售机会。
opportunity-not-offered = 该销售机会没有待商务接收的移交。
opportunity-on-offer = 该销售机会已移交商务,正在等待答复。
opportunity-returned = 商务已退回该销售机会,请先重新移交。
opportunity-won-before = 该销售机会在导入 Baton 之前就已赢单,无需移交。
opportunity-worked-on = 该销售机会导入后已有人跟进,本次导入不作改动。
opportunity-currencies-mixed = 必须与该销售机会的其他金额使用同一币种
opportunity-needs-account = 还是潜在客户,请先核实
opportunity-close-date-superfluous = 进行中的销售机会不能填写关闭日期
hand-over-running = 该销售机会正在移交商务。
hand-over-not-running = 该销售机会没有在移交。

# 项目
project-completed = 该项目已完成,如需修改请先重新打开。
project-cancelled = 该项目已取消,如需修改请先重新打开。
project-open = 该项目本来就在进行中。
project-begun = 该项目早已启动。
project-not-active = 该项目不在进行中。
project-not-on-hold = 该项目没有暂停。
project-not-sales = 只有销售项目才涉及成交:其他项目没有金额、赢率和预计成交日期,也不能赢单或丢单。
project-deal-open = 请先将该项目标记为赢单或丢单。
project-deal-won = 该项目已赢单,如需修改请先重新打开。
project-deal-lost = 该项目已丢单,如需修改请先重新打开。
project-tasks-open = 该项目还有 { $count } 个任务未完成,请先完成或取消这些任务。
project-tasks-full = 该项目的任务数已达上限。
project-task-ended = 该任务已完成或已取消,如需修改请先重新打开。
project-task-open = 该任务本来就没有结束。
project-without-amount = 没有金额的项目不能赢单,请先填写金额或添加明细。
project-without-account = 没有客户的项目不能赢单,请先指定客户。
project-amount-follows-lines = 金额是明细的合计,请修改明细。
project-with-commerce = 商务已接收该项目。
project-source-unfit = 只能是销售线索、销售机会、市场活动或直接创建:项目没有其他来源
project-type-fixed = 由来源决定:来自线索或销售机会的是销售项目,来自市场活动的是市场项目
project-member-twice = 已在团队中担任该角色
milestone-twice = 重复出现
