import { App } from "antd";
import { useTranslation } from "react-i18next";
import { passing, refusal } from "../api/refusal";

/** Short messages about what was done, and what was refused. */
export function useSay() {
  const { message, notification } = App.useApp();
  const { t } = useTranslation();
  return {
    /** Tells that something was done; with `undo` the reader has ten seconds to take it back. */
    done: (text: string, undo?: () => void) => {
      if (!undo) {
        void message.success(text);
        return;
      }
      const key = `undo-${Date.now()}`;
      void message.success({
        key,
        duration: 10,
        content: (
          <span>
            {text}{" "}
            <button
              type="button"
              className="link"
              onClick={() => {
                message.destroy(key);
                undo();
              }}
            >
              {t("act.undo")}
            </button>
          </span>
        ),
      });
    },
    /** Tells a refusal with the rules that were broken. */
    refused: (cause: unknown) => {
      const told = refusal(cause);
      notification.error({
        title: passing(cause) ? t("error.passing") : t("error.refused"),
        description: [told.text, ...told.violations.map((v) => `${v.field}: ${v.text}`)].join("\n"),
        role: "alert",
      });
    },
    info: (text: string) => void message.info(text),
  };
}
