import admin from "./admin.json";
import commerce from "./commerce.json";
import common from "./common.json";
import customers from "./customers.json";
import home from "./home.json";
import imports from "./imports.json";
import insight from "./insight.json";
import marketing from "./marketing.json";
import reasons from "./reasons.json";
import sales from "./sales.json";
import words from "./words.json";

export default { admin, commerce, common, customers, home, imports, insight, marketing, reasons, sales, words };
