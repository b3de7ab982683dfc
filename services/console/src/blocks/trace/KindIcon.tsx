import {
  ApartmentOutlined,
  BellOutlined,
  DeploymentUnitOutlined,
  FileProtectOutlined,
  FileTextOutlined,
  FlagOutlined,
  MessageOutlined,
  MoneyCollectOutlined,
  NodeIndexOutlined,
  ShoppingCartOutlined,
  SolutionOutlined,
  SoundOutlined,
  TrophyOutlined,
  TruckOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

const ICONS: Record<string, ReactNode> = {
  CAMPAIGN: <SoundOutlined />,
  ACCOUNT: <ApartmentOutlined />,
  CONTACT: <SolutionOutlined />,
  INTERACTION: <MessageOutlined />,
  FOLLOW_UP: <BellOutlined />,
  LEAD: <FlagOutlined />,
  OPPORTUNITY: <TrophyOutlined />,
  PROJECT: <DeploymentUnitOutlined />,
  CONTRACT: <FileProtectOutlined />,
  ORDER: <ShoppingCartOutlined />,
  SHIPMENT: <TruckOutlined />,
  INVOICE: <FileTextOutlined />,
  PAYMENT: <MoneyCollectOutlined />,
};

/** The sign of a kind of object; the word stands beside it. */
export const KindIcon = ({ kind }: { kind: string }) => <span aria-hidden>{ICONS[kind] ?? <NodeIndexOutlined />}</span>;
