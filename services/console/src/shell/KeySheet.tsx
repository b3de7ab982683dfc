import { Modal } from "antd";
import { useTranslation } from "react-i18next";

const KEYS = [
  ["Ctrl K", "palette"],
  ["?", "help"],
  ["c", "create"],
  ["/", "filter"],
  ["j / k", "rows"],
  ["Enter", "openRow"],
  ["j / k", "records"],
  ["e", "edit"],
  ["g t", "goToday"],
  ["g l", "goLeads"],
  ["g b", "goBoard"],
  ["g c", "goCustomers"],
  ["g h", "goHandoffs"],
] as const;

/** All keys of the console. */
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t("keys.title")} destroyOnHidden>
      <dl className="details">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
