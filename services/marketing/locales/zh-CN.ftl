# 对象种类
kind-conversion = 线索转化

# 市场活动
campaign-running = 该市场活动已在进行中。
campaign-not-running = 该市场活动尚未开始，可以直接取消。
campaign-over = 该市场活动{ $state ->
    [CANCELLED] 已取消
   *[other] 已结束
}，不能再修改。

# 线索
leads-switched-off = 本企业未启用线索功能。
lead-converting = 该线索正在转化，完成之前不能修改。
lead-converted = 该线索已转为销售机会或项目，不能再修改。
lead-disqualified = 该线索已判定无效，请先重新打开。
lead-open = 该线索尚未关闭。
lead-already-identified = 该线索已确认为合格线索。
lead-not-identified = 该线索尚未确认合格。
lead-already-contacted = 已经联系过该客户。
lead-not-contacted = 尚未联系该客户。
lead-already-accepted = 该线索已被确认接受。
lead-not-accepted = 该线索尚未确认接受。
lead-with-salesperson = 该线索已分配给业务员。
lead-already-routed = 该线索已在此区域的地区经理处。
lead-already-assigned = 该线索已分配给这位业务员。
lead-not-assigned = 该线索尚未分配给业务员。
lead-not-yours-to-convert = 只有持有该线索的业务员，或同时承担市场与销售职能的人员才能转化它。
lead-not-converting = 该线索不在转化过程中。

# 线索转化
party-invalid = 该潜在客户信息已核实为无效，请先更正，或关联已有客户。
party-not-account = 要关联的对象还不是经过核实的客户。
party-of-another = 该线索的客户归他人所有，您无权打开。请联系客户负责人，或关联您自己的客户。
contact-elsewhere = 属于另一个客户
conversion-not-running = 该线索没有正在进行的转化。
conversion-past-pivot = 销售机会或项目正在生成，转化已不能取消。

# 字段规则
one-of = 必须为空，因为另一字段已经指定
member-does-not-sell = 不承担销售职能
lead-quality-not-imported = 不能导入该状态，请改为导入销售机会
disqualify-reason-superfluous = 只有无效线索才能填写
time-in-future = 晚于当前时间
lead-already-outside = 该线索已移交至 Baton 之外处理。
join-opportunity-closed = 要并入的销售机会已关闭。
join-opportunity-elsewhere = 要并入的销售机会属于其他客户。请关联该客户，或选择本客户的销售机会。
join-opportunity-denied = 您只能查看、不能修改要并入的销售机会，请联系其负责人。
lead-not-converted = 该线索尚未转化，无可撤销。
conversion-too-old = 该转化发生在支持撤销之前，不能撤销。
join-says-all = 必须为空，因为线索并入已有的销售机会
conversion-not-yours-to-undo = 只有该线索的销售人员，或同时承担市场与销售职能的人员，才能撤销其转化。
project-says-all = 必须为空，因为线索转化为项目
