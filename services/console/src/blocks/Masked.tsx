import { Tooltip } from "antd";
import type { ReactNode } from "react";

/** What a reader sees only in part or not at all; whoever points at it, comes to it by keyboard or has it read out learns why. */
export function Masked({ why, children }: { why: string; children: ReactNode }) {
  return (
    <Tooltip title={why} trigger={["hover", "focus"]}>
      <button type="button" className="masked num">
        {children}
        <span className="unseen"> {why}</span>
      </button>
    </Tooltip>
  );
}
