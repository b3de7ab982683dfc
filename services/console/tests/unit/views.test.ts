// @vitest-environment jsdom
import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import {
  addressOf,
  contentOf,
  isShown,
  keepColumns,
  keptColumns,
  putOldViewsBack,
  takeOldViews,
} from "../../src/blocks/views/views";
import { SavedViewSchema } from "../../src/gen/baton/directory/v1/saved_view_pb";

test("a view keeps what the address narrows a list by, its order and its columns, and gives them back", () => {
  const address = { quality: "2", view: "mine", order: "create_time desc", columns: "title,owner", new: "1", q: "" };
  const content = contentOf(address, ["title", "owner"]);
  expect(content).toEqual({
    filters: [
      { key: "quality", value: "2" },
      { key: "view", value: "mine" },
    ],
    columns: ["title", "owner"],
    orderBy: "create_time desc",
  });
  const view = create(SavedViewSchema, { content });
  const { new: _, q: __, ...shown } = address;
  expect(addressOf(view)).toEqual(shown);
  expect(isShown(view, { ...shown, q: undefined })).toBe(true);
  expect(isShown(view, { ...shown, quality: "3" })).toBe(false);
  expect(isShown(view, {})).toBe(false);
  expect(addressOf(create(SavedViewSchema, {}))).toEqual({});
});

test("views that a browser has kept by itself are taken out of it once, and put back where they find no place", () => {
  const views = [{ name: "hot", filters: { quality: "2" } }];
  putOldViewsBack("leads", "li", views);
  expect(takeOldViews("leads", "wang")).toEqual([]);
  expect(takeOldViews("leads", "li")).toEqual(views);
  expect(takeOldViews("leads", "li")).toEqual([]);
  localStorage.setItem("baton.views.li.leads", "no list at all");
  expect(takeOldViews("leads", "li")).toEqual([]);
});

test("columns are kept for a list, and nonsense is none", () => {
  expect(keptColumns("orders")).toBeUndefined();
  keepColumns("orders", ["number"]);
  expect(keptColumns("orders")).toEqual(["number"]);
  localStorage.setItem("baton.columns.orders", "{");
  expect(keptColumns("orders")).toBeUndefined();
});
