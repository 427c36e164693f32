import { TEXT } from "../../protocol/limits";
import { cutText, plainText } from "../enrich/clean-text";

/** A short text of a sender as it may be stored; empty where nothing of it can be. */
export const cleanId = (text: string): string => cutText(plainText(text), TEXT.user_id);

/** A user's id as it may be stored; undefined where nothing of it can be. */
export const userOf = (id: string | undefined): string | undefined => cleanId(id ?? "") || undefined;
