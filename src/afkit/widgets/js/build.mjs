// Sources in; ../static out: one minified module and one style sheet per view, the licences of what
// others wrote, and built.json, by which a test sees that nobody forgot to build.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const OUT = "../static";
const views = readdirSync("views").filter((name) => /\.(js|css)$/.test(name));

const result = await build({
  entryPoints: views.map((name) => join("views", name)),
  outdir: OUT,
  bundle: true,
  minify: true,
  format: "esm",
  alias: { "d3-transition": "./lib/no_transition.js", "d3-interpolate": "./lib/no_transition.js" },
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  write: false,
  metafile: true,
  logLevel: "info",
});

// What is there stays until everything new is made.
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
for (const file of result.outputFiles) writeFileSync(file.path, file.contents);

const packages = new Set();
for (const path of Object.keys(result.metafile.inputs)) {
  const found = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) packages.add(found[1]);
}
const licences = [...packages].sort().map((name) => {
  const folder = join("node_modules", name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
const rule = `\n${"-".repeat(72)}\n\n`;
writeFileSync(
  join(OUT, "LICENCES.txt"),
  `These packages are part of the files in this folder:\n${rule}${licences.join(rule)}`,
);

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const sources = ["lib", "views"].flatMap((room) => readdirSync(room).map((name) => `${room}/${name}`));
const made = readdirSync(OUT);
const listed = (folder, names) => Object.fromEntries(names.sort().map((name) => [name, digest(join(folder, name))]));
writeFileSync(
  join(OUT, "built.json"),
  JSON.stringify(
    { sources: listed(".", [...sources, "build.mjs", "package.json", "package-lock.json"]), made: listed(OUT, made) },
    null,
    1,
  ) + "\n",
);
