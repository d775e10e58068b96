// Days as whole numbers since 1 January 1970, in words of two calendars, and back from typed text.

import { toGregorian, toJalaali, isValidJalaaliDate } from "jalaali-js";

const DAY = 86_400_000;
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
// The months of the Afghan year in Latin letters: Iran calls the same months by other names.
const SOLAR_MONTHS = [
  "Hamal", "Sawr", "Jawza", "Saratan", "Asad", "Sunbula",
  "Mizan", "Aqrab", "Qaws", "Jadi", "Dalw", "Hut",
];
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const LAST_SOLAR_YEAR = 1699; // a typed year up to here is one of the Solar Hijri calendar

export function fromIso(iso) {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
}

export function toIso(day) {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

export function parts(day) {
  const date = new Date(day * DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function solarParts(day) {
  const { year, month, day: number } = parts(day);
  const { jy, jm, jd } = toJalaali(year, month, number);
  return { year: jy, month: jm, day: jd };
}

export function weekday(day) {
  return WEEKDAYS[new Date(day * DAY).getUTCDay()];
}

export function monthName(month, calendar = "gregorian") {
  return (calendar === "gregorian" ? MONTHS : SOLAR_MONTHS)[month - 1];
}

export function inWords(day, calendar = "gregorian") {
  const { year, month, day: number } = calendar === "gregorian" ? parts(day) : solarParts(day);
  return `${number} ${monthName(month, calendar)} ${year}`;
}

// First day of a month of either calendar.
export function startOf(year, month, calendar = "gregorian") {
  if (calendar === "gregorian") return Math.round(Date.UTC(year, month - 1, 1) / DAY);
  const { gy, gm, gd } = toGregorian(year, month, 1);
  return Math.round(Date.UTC(gy, gm - 1, gd) / DAY);
}

function whole(year, month, day) {
  if (year <= LAST_SOLAR_YEAR) {
    if (!isValidJalaaliDate(year, month, day)) return undefined;
    const { gy, gm, gd } = toGregorian(year, month, day);
    return Math.round(Date.UTC(gy, gm - 1, gd) / DAY);
  }
  const found = new Date(Date.UTC(year, month - 1, day));
  const real = found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
  return real ? Math.round(found / DAY) : undefined;
}

function monthNumber(word) {
  const same = (name) => word.length > 2 && name.toLowerCase().startsWith(word.toLowerCase());
  for (const names of [MONTHS, SOLAR_MONTHS]) {
    const at = names.findIndex(same);
    if (at >= 0) return { month: at + 1, solar: names === SOLAR_MONTHS };
  }
  return undefined;
}

// A typed day: 2021-08-19, 19 August 2021, August 19, 2021, 28 Asad 1400; else undefined. As in
// Python, a day of the Afghan calendar has its month as a word: numbers alone could be either.
export function parseDay(text) {
  const numbers = text.trim().match(/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/);
  if (numbers && Number(numbers[1]) <= LAST_SOLAR_YEAR) return undefined;
  if (numbers) return whole(Number(numbers[1]), Number(numbers[2]), Number(numbers[3]));
  const words = text.trim().match(/^(?:(\d{1,2})\.?\s+(\p{L}+)|(\p{L}+)\s+(\d{1,2})),?\s+(\d{4})$/u);
  if (!words) return undefined;
  const named = monthNumber(words[2] ?? words[3]);
  const year = Number(words[5]);
  if (!named || named.solar !== year <= LAST_SOLAR_YEAR) return undefined;
  return whole(year, named.month, Number(words[1] ?? words[4]));
}
