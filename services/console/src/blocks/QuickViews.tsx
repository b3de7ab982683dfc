import { Button } from "antd";
import { useFilters } from "./address";

/** The views of a list that are wanted most, as a row of buttons; the chosen one stands in the address. */
export function QuickViews<Key extends string>(props: {
  label: string;
  views: { key: Key; label: string }[];
  /** Name in the address; the first view is the one without it. */
  name?: string;
}) {
  const { label, views, name = "view" } = props;
  const [filters, set] = useFilters();
  const at = filters[name] ?? views[0]?.key;
  return (
    <div className="bar" role="group" aria-label={label}>
      {views.map((view, i) => (
        <Button
          key={view.key}
          type={view.key === at ? "primary" : "default"}
          aria-pressed={view.key === at}
          onClick={() => set({ [name]: i === 0 ? undefined : view.key })}
        >
          {view.label}
        </Button>
      ))}
    </div>
  );
}
