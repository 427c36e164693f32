/**
 * Writes `world.ts`: the world's countries as SVG paths in Equal Earth, from Natural Earth by way of world-atlas.
 * Run `node dashboard/src/map/build-map.mjs` after changing it; the result is committed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const WIDTH = 1000;
const MIDDLE = 11;
/** Decimals kept, in units of a map 1000 wide. */
const DIGITS = 1;

/** Names of Natural Earth that Intl writes otherwise. Two places without a code of their own go with the one given. */
const CODES = {
  "Br. Indian Ocean Ter.": "IO",
  "British Virgin Is.": "VG",
  "Bosnia and Herz.": "BA",
  "Cabo Verde": "CV",
  "Cayman Is.": "KY",
  "Central African Rep.": "CF",
  Congo: "CG",
  "Cook Is.": "CK",
  "Cote d'Ivoire": "CI",
  "Dem. Rep. Congo": "CD",
  "Dominican Rep.": "DO",
  "Eq. Guinea": "GQ",
  eSwatini: "SZ",
  "Faeroe Is.": "FO",
  "Falkland Is.": "FK",
  "Fr. Polynesia": "PF",
  "Fr. S. Antarctic Lands": "TF",
  "Hong Kong": "HK",
  Macao: "MO",
  Macedonia: "MK",
  "Marshall Is.": "MH",
  Myanmar: "MM",
  "N. Cyprus": "CY",
  "N. Mariana Is.": "MP",
  Palestine: "PS",
  "Pitcairn Is.": "PN",
  "S. Sudan": "SS",
  "Solomon Is.": "SB",
  Somaliland: "SO",
  "St-Barthelemy": "BL",
  "St-Martin": "MF",
  "St. Kitts and Nevis": "KN",
  "St. Pierre and Miquelon": "PM",
  "St. Vin. and Gren.": "VC",
  "Antigua and Barb.": "AG",
  "Turks and Caicos Is.": "TC",
  Turkey: "TR",
  "U.S. Virgin Is.": "VI",
  "United States of America": "US",
  Vatican: "VA",
  "W. Sahara": "EH",
  "Wallis and Futuna Is.": "WF",
  Aland: "AX",
};

const plain = (name) =>
  name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/&/g, "and")
    .replace(/^St\. /, "Saint ");

function codesByName() {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const codes = new Map();
  for (let first = 65; first <= 90; first++) {
    for (let second = 65; second <= 90; second++) {
      const code = String.fromCharCode(first, second);
      const name = names.of(code);
      // Former codes have a name too: UK is GB, YU is RS.
      const current = new Intl.Locale(`und-${code}`).region === code;
      if (name && current) codes.set(plain(name), code);
    }
  }
  return codes;
}

function countriesOf(scale) {
  const file = new URL(import.meta.resolve(`world-atlas/countries-${scale}.json`));
  const atlas = JSON.parse(readFileSync(file, "utf8"));
  return feature(atlas, atlas.objects.countries).features;
}

const byName = codesByName();
const codeOf = (country) => CODES[plain(country.properties.name)] ?? byName.get(plain(country.properties.name));
const shown = countriesOf("110m").filter((country) => codeOf(country) !== "AQ");

const projection = geoEqualEarth().rotate([-MIDDLE, 0]);
projection.fitWidth(WIDTH, { type: "FeatureCollection", features: shown });
const bounds = geoPath(projection).bounds({ type: "FeatureCollection", features: shown });
const [left, top] = projection.translate();
projection.translate([left - bounds[0][0], top - bounds[0][1]]);
const path = geoPath(projection).digits(DIGITS);
const round = (value) => Number(value.toFixed(DIGITS));

/** The middle of a country's largest piece: the United States without Alaska, France without Guiana. */
function middleOf(country) {
  const { type, coordinates } = country.geometry;
  const pieces = type === "Polygon" ? [coordinates] : coordinates;
  const polygons = pieces.map((piece) => ({ type: "Polygon", coordinates: piece }));
  const largest = polygons.reduce((best, piece) => (geoArea(piece) > geoArea(best) ? piece : best));
  return projection(geoCentroid(largest)).map(Math.round);
}

const shapes = {};
const middles = {};
for (const country of shown) {
  const code = codeOf(country);
  const drawn = path(country);
  if (!code) throw new Error(`No code for ${country.properties.name}`);
  // Of two shapes with one code the first is the country itself.
  if (drawn) middles[code] ??= middleOf(country);
  if (drawn) shapes[code] = (shapes[code] ?? "") + drawn;
}

/** Countries too small for the coarse map: the middle of each, to be drawn as a circle. */
const small = {};
for (const country of countriesOf("50m")) {
  const code = codeOf(country);
  if (!code || code === "AQ" || code in shapes) continue;
  small[code] = projection(geoCentroid(country)).map(round);
}

const [x, y] = projection.translate();
const lines = (entries) => JSON.stringify(entries.map((entry) => entry.flat().join(" ")).join("|"));
const text = `/** Made by build-map.mjs from Natural Earth (public domain). Equal Earth, in units of a map ${WIDTH} wide. */
export const WIDTH = ${WIDTH};
export const HEIGHT = ${Math.ceil(bounds[1][1] - bounds[0][1])};
/** A unit of \`equalEarth\`, and where its origin lies. */
export const SCALE = ${projection.scale().toFixed(3)};
export const ORIGIN = { x: ${Number(x.toFixed(2))}, y: ${Number(y.toFixed(2))} };
/** Country code and path, entries parted by a bar. */
export const SHAPES =
  ${lines(Object.entries(shapes))};
/** Code and middle of each country that has a shape. */
export const MIDDLES =
  ${lines(Object.entries(middles))};
/** Countries too small to be drawn: code and middle. */
export const SMALL =
  ${lines(Object.entries(small))};
`;
writeFileSync(new URL("world.ts", import.meta.url), text);
console.log(`${Object.keys(shapes).length} countries, ${Object.keys(small).length} small ones`);
