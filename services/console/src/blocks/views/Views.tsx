import { DownOutlined, EditOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { refusal } from "../../api/refusal";
import type { SavedView } from "../../gen/baton/directory/v1/saved_view_pb";
import { useFilters } from "../address";
import { useAsk } from "../ask";
import { asPanel } from "../menus";
import { MemberName } from "../People";
import { Pill } from "../Pill";
import { useSay } from "../say";
import "../blocks.css";
import { useAskForView } from "./askForView";
import { type useSavedViews, useViewActs } from "./useSavedViews";
import { contentOf, isShown, keptColumns } from "./views";

type Known = ReturnType<typeof useSavedViews>;

/** The views of a list under their names: those of its reader, and those that others show. */
export function Views({ list, known }: { list: string; known: Known }) {
  const { t } = useTranslation();
  const [address] = useFilters();
  const [open, setOpen] = useState(false);
  const { ask, dialog } = useAsk();
  const at = [...known.own, ...known.shown].find((view) => isShown(view, address));
  return (
    <>
      <Dropdown
        autoFocus
        trigger={["click"]}
        open={open}
        onOpenChange={setOpen}
        popupRender={() => (
          <Panel
            list={list}
            known={known}
            at={at}
            reopen={() => setOpen(true)}
            edit={(asked) => {
              // What a panel opens would stand under it.
              setOpen(false);
              return ask(asked);
            }}
          />
        )}
      >
        <Button>{at ? t("views.at", { name: at.name }) : t("list.views")}</Button>
      </Dropdown>
      {dialog}
    </>
  );
}

interface PanelProps {
  list: string;
  known: Known;
  at: SavedView | undefined;
  /** Shows the panel again: whoever takes something back has pressed beside it. */
  reopen: () => void;
  edit: ReturnType<typeof useAsk>["ask"];
}

function Panel({ list, known, at, reopen, edit }: PanelProps) {
  const { t } = useTranslation();
  const say = useSay();
  const acts = useViewActs(list);
  const askFor = useAskForView(list, edit);
  const forget = (view: SavedView) =>
    acts
      .remove(view)
      .then(() =>
        say.done(
          t("views.forgotten", { name: view.name }),
          () => void acts.again(view).then(reopen).catch(say.refused),
        ),
      )
      .catch(say.refused);
  // Both keep their places between the others: they change them with each other.
  const swap = async (view: SavedView, other: SavedView | undefined) => {
    if (!other) return;
    const at = (of: SavedView, position: bigint) =>
      acts.update({ savedView: { id: of.id, position }, updateMask: { paths: ["position"] } });
    await at(view, other.position)
      .then(() => at(other, view.position))
      .catch(say.refused);
  };
  const { own, shown } = known;
  return (
    <div className="menu-panel views" {...asPanel}>
      {own.length + shown.length === 0 && <p className="hint">{t("list.noViews")}</p>}
      {own.map((view, i) => (
        <Row key={view.id} view={view} at={at} show={known.show}>
          {i > 0 && (
            <Button
              type="text"
              size="small"
              icon={<UpOutlined />}
              aria-label={t("views.up", { name: view.name })}
              onClick={() => void swap(view, own[i - 1])}
            />
          )}
          {i < own.length - 1 && (
            <Button
              type="text"
              size="small"
              icon={<DownOutlined />}
              aria-label={t("views.down", { name: view.name })}
              onClick={() => void swap(view, own[i + 1])}
            />
          )}
          <Button
            type="text"
            size="small"
            icon={<EditOutlined />}
            aria-label={t("views.edit", { name: view.name })}
            onClick={() => askFor(view)}
          />
          <Button
            type="text"
            size="small"
            aria-label={t("list.forgetView", { name: view.name })}
            onClick={() => void forget(view)}
          >
            ✕
          </Button>
        </Row>
      ))}
      {shown.length > 0 && <span className="hint">{t("views.ofOthers")}</span>}
      {shown.map((view) => (
        <Row key={view.id} view={view} at={at} show={known.show}>
          <span className="hint">
            <MemberName id={view.ownerId} />
          </span>
        </Row>
      ))}
      <Keep list={list} show={known.show} />
    </div>
  );
}

function Row(props: { view: SavedView; at?: SavedView; show: (view: SavedView) => void; children: React.ReactNode }) {
  const { view, at, show, children } = props;
  const { t } = useTranslation();
  return (
    <div className="bar">
      <Button type="link" aria-pressed={view === at} onClick={() => show(view)}>
        {view.name}
      </Button>
      {view.opensList && <Pill tone="info">{t("views.opening")}</Pill>}
      <span className="grow" />
      {children}
    </div>
  );
}

/** Keeps what the list shows now under a new name. */
function Keep({ list, show }: { list: string; show: Known["show"] }) {
  const { t } = useTranslation();
  const say = useSay();
  const [address] = useFilters();
  const acts = useViewActs(list);
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState("");
  const columns = address.columns?.split(",") ?? keptColumns(list);
  const content = contentOf(address, columns);
  const nothing = content.filters.length === 0 && !content.orderBy && content.columns.length === 0;
  const keep = async () => {
    try {
      const { savedView } = await acts.keep({ name: name.trim(), content });
      setName("");
      // Its columns are those of the address from now on.
      if (savedView) show(savedView);
      say.done(t("views.kept", { name: name.trim() }));
    } catch (cause) {
      const told = refusal(cause);
      const atName = told.violations.find((v) => v.field === "savedView.name");
      if (atName) setWrong(atName.text);
      else say.refused(cause);
    }
  };
  return (
    <>
      <div className="bar">
        <Input
          aria-label={t("list.viewName")}
          placeholder={t("list.viewName")}
          value={name}
          maxLength={60}
          status={wrong ? "error" : undefined}
          aria-invalid={wrong !== ""}
          aria-describedby={wrong ? "view-wrong" : undefined}
          onChange={(e) => {
            setName(e.target.value);
            setWrong("");
          }}
          onPressEnter={() => name.trim() && !nothing && void keep()}
        />
        <Button disabled={!name.trim() || nothing} onClick={() => void keep()}>
          {t("list.keepView")}
        </Button>
      </div>
      {wrong && (
        <span id="view-wrong" role="alert" className="error">
          {wrong}
        </span>
      )}
    </>
  );
}
