import type { Connector } from '../../src/journey/collect/connector.js';
import type { FarRecords } from '../../src/journey/collect/far-records.js';
import type { FarSide } from '../../src/journey/collect/far-side.js';

/** A connector and a far side to try it against. `Far` is what it collects: files (`FarSide`) or records (`FarRecords`). */
export interface Subject<Far extends FarSide | FarRecords> {
  readonly kind: string;
  readonly server: string;
  readonly connector: Connector<Record<string, unknown>>;
  readonly start: () => Promise<Far>;
}

/** Something every connector of its sort keeps. The name is the claim; `connectors/exceptions.yaml` refers to it. */
export interface Promised<Far extends FarSide | FarRecords> {
  readonly name: string;
  readonly keep: (subject: Subject<Far>) => Promise<void>;
}
