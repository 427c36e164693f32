import { remember } from "../enrich/remember";

/** `CORS_ORIGINS`: a comma list of origins whose pages belong to every site of this installation. */
export const moreHosts = remember(
  (origins) =>
    origins
      .split(",")
      .map((origin) => URL.parse(origin.trim())?.host ?? origin.trim())
      .filter((host) => host !== ""),
  1,
);
