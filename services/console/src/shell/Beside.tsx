import { Drawer } from "antd";
import type { ReactNode } from "react";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

/** What comes in from the side where the screen is too narrow to show it always. */
export function Beside({ open, onClose, title, children }: Props) {
  return (
    <Drawer open={open} onClose={onClose} placement="left" size={264} title={title}>
      {children}
    </Drawer>
  );
}
