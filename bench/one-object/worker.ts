import type { IngestBatch, IngestResult } from "../../protocol/ingest";
import product, { AlertDesk, LeafObject, OrgObject, SiteObject as Product } from "../../worker/index";

/** The product whose sites never get leaves, however busy they are. */

export { AlertDesk, LeafObject, OrgObject };

export class SiteObject extends Product {
  override async ingest(batch: IngestBatch): Promise<IngestResult> {
    return { ...(await super.ingest(batch)), leaves: 1 };
  }
}

export default product;
