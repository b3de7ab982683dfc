# 产品
product-discontinued-already = 该产品已停售。
product-active-already = 该产品正在销售。
product-discontinued = 已停售
sku-fixed = 不可更改，应为 { $sku }
sku-taken = 已被其他产品使用：{ $sku }

# 合同
contract-state = { $state ->
    [DRAFT] 草稿
    [ACTIVE] 执行中
    [FULFILLED] 已履行完毕
    [TERMINATED] 已终止
   *[other] { $state }
}
contracts-switched-off = 贵公司未启用合同管理，请直接创建订单。
contract-not-draft = 只有草稿可以这样修改；该合同的状态为：{ contract-state }。
contract-not-active = 该操作要求合同处于执行中；当前状态为：{ contract-state }。
contract-over = 该合同已结束，状态为：{ contract-state }。
contract-without-lines = 没有明细的合同不能生效。
contract-dates-reversed = 合同的结束日期早于开始日期。
contract-not-all-ordered = 合同中还有未下单的内容。请下完订单，或终止合同。
contract-orders-open = 该合同还有 { $count } 个未完成的订单，请先关闭或取消。
contract-line-unknown = 该合同没有明细 { $line }。
ordered-beyond-contract = 合同明细“{ $line }”可下单的数量只剩 { $left }。
contract-nothing-left = 合同内容已全部下单。

# 订单
order-state = { $state ->
    [DRAFT] 草稿
    [CONFIRMED] 已确认
    [ACCEPTED] 已接单
    [PARTLY_SHIPPED] 部分发货
    [SHIPPED] 已全部发货
    [INVOICED] 已开票
    [PAID] 已付清
    [CLOSED] 已关闭
    [CANCELLED] 已取消
   *[other] { $state }
}
order-not-draft = 只有草稿可以这样修改；该订单的状态为：{ order-state }。
order-not-confirmed = 只有已确认的订单可以接单；该订单的状态为：{ order-state }。
order-not-accepted = 只有已接单的订单可以发货；该订单的状态为：{ order-state }。
order-not-shipped = 只有全部发货的订单可以开票；该订单的状态为：{ order-state }。
order-not-invoiced = 只有已开票的订单可以登记收款；该订单的状态为：{ order-state }。
order-not-paid = 只有已付清的订单可以关闭；该订单的状态为：{ order-state }。
order-shipped-already = 该订单已经发货，不能取消；当前状态为：{ order-state }。
order-over = 该订单已结束，状态为：{ order-state }。
order-without-lines = 没有明细的订单不能确认。
order-line-unknown = 该订单没有明细 { $line }。
shipped-beyond-order = 订单明细“{ $line }”可发货的数量只剩 { $left }。
order-nothing-left = 订单内容已全部发货。
invoice-number-taken = 发票 { $number } 已存在。
payment-in-other-currency = 该订单的币种为 { $currency }，请以该币种登记收款。
paid-beyond-total = 金额超过未付余额：{ $due }（{ $currency }，最小货币单位）。

order-not-partly-shipped = 只有部分发货的订单可以取消剩余部分；该订单的状态为：{ order-state }。
order-is-with-erp = 该订单由 ERP 系统“{ $system }”执行：请在该系统中办理，结果由其回传。
order-not-offered = 只有已确认的订单会交给 ERP 系统；该订单的状态为：{ order-state }。
order-under-way = 该订单已有执行记录，不能整单拒绝；当前状态为：{ order-state }。可以取消其剩余部分。
reported-otherwise = 单据 { $document } 此前已以不同内容上报。

# 字段规则
erp-not-connected = 不是当前执行订单的 ERP 系统：{ $system }
commerce-needs-account = 还不是客户，请先核实
commerce-needs-won-deal = 不是已赢单的销售机会或销售项目
commerce-deal-of-another = 属于另一客户
commerce-out-of-reach = 超出了您可处理的数据范围
order-is-drawn-from-contract = 不能为合同：请在合同中生成订单
line-currency-differs = 必须与整份单据同为 { $currency }
line-amount-too-large = 金额过大，无法保存
line-of-no-contract = 必须为空：该单据不是由合同生成的
