import admin from "./admin.json";
import changes from "./changes.json";
import commerce from "./commerce.json";
import common from "./common.json";
import customers from "./customers.json";
import exports from "./exports.json";
import home from "./home.json";
import imports from "./imports.json";
import insight from "./insight.json";
import marketing from "./marketing.json";
import sales from "./sales.json";
import share from "./share.json";
import words from "./words.json";
export default {
  admin,
  changes,
  commerce,
  common,
  customers,
  exports,
  home,
  imports,
  insight,
  marketing,
  sales,
  share,
  words,
};
