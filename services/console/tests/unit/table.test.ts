import { expect, test } from "vitest";
import { nextOrder, pickedAfter } from "../../src/blocks/picking";

test("the head of a column goes through its own orders and back to the usual one", () => {
  const both = { up: "name", down: "name desc" };
  expect(nextOrder(both, undefined)).toBe("name");
  expect(nextOrder(both, "name")).toBe("name desc");
  expect(nextOrder(both, "name desc")).toBeUndefined();
  expect(nextOrder(both, "create_time desc")).toBe("name");
  expect(nextOrder({ down: "total desc" }, "name")).toBe("total desc");
  expect(nextOrder({ down: "total desc" }, "total desc")).toBeUndefined();
});

test("rows are picked one by one, or all from the last one on", () => {
  const rows = ["a", "b", "c", "d", "e"];
  expect(pickedAfter([], rows, "b", false)).toEqual(["b"]);
  expect(pickedAfter(["b"], rows, "d", true)).toEqual(["b", "c", "d"]);
  expect(pickedAfter(["a", "d"], rows, "b", true)).toEqual(["a", "d", "c", "b"]);
  expect(pickedAfter(["b", "c"], rows, "b", true)).toEqual(["c"]);
  expect(pickedAfter([], rows, "c", true)).toEqual(["c"]);
  // What was picked on another page is no place to begin from.
  expect(pickedAfter(["z"], rows, "c", true)).toEqual(["z", "c"]);
});
