// What a command answers, as data: the kinds of the `--json` contract. bot/render makes text of it.
import type { InventoryRefusal } from '../inventory/error.ts'
import type { AttributeCell, Cell, RawJson } from '../inventory/read/cell.ts'
import type { Elevation, Face } from '../inventory/read/elevation.ts'
import type { Graph } from '../inventory/read/graph.ts'
import type { ThingInfo } from '../inventory/read/info.ts'
import type { PortCell } from '../inventory/read/ports.ts'
import type { ThingSummary } from '../inventory/things.ts'
import type { HistoryEntry } from '../inventory/versions/history.ts'
import type { Reason, RunState, StepState } from '../jobs/run.ts'
import type { Words } from './words.ts'

export type { AttributeCell, Cell, HistoryEntry, PortCell, RawJson, ThingInfo }

export interface Warning {
  /** `pool`, `class`, `role`, `service`, `vip`, `vlan` or `thing`. */
  readonly kind: string
  readonly name: string
  readonly suggestions: readonly string[]
  /** It is all that was typed, and may have been meant as a command. */
  readonly isAlone?: boolean
}

export interface ValueCell extends AttributeCell {
  readonly thing: string
  /** The container that it was inherited from, where it was. */
  readonly from?: string
}

/** A word of a list that was not done, while others were. */
export interface Failed {
  readonly item: string
  readonly refusal: InventoryRefusal
}

/** A plan that waits for a word: the asker's own (`confirm`) or somebody else's (`destroy`). */
export interface ProposalReply {
  readonly kind: 'proposal'
  /** With its check part: `812-k7f`. */
  readonly id: string
  readonly level: 'confirm' | 'destroy'
  /** It would wait for an approval, and is the asker's own word instead. */
  readonly breakglass?: true
  readonly command: string
  /** With its aliases put in; null where it has none. */
  readonly means: string | null
  /** The name of who asked. */
  readonly by: string
  readonly hash: string
  readonly targets: readonly string[]
  readonly effects: readonly string[]
  /** What else it reaches, counted. */
  readonly impact: readonly string[]
  /** Approvals of others. */
  readonly needs: number
  /** What must be typed behind the id; null where the id is enough. */
  readonly typed: string | null
  /** ISO date-time in UTC. */
  readonly expires: string
  /** The names of operators who might approve. */
  readonly approvers: readonly string[]
  /** It is looked at, and not made: all of it is shown. */
  readonly looked?: {
    readonly because: string | null
    /** The names of those who have said yes. */
    readonly approvedBy: readonly string[]
  }
}

export interface JobStep {
  readonly name: string
  readonly state: StepState
  /** 1 for the first; 0 where it was not begun. */
  readonly attempt?: number
  /** ISO date-times in UTC. */
  readonly started?: string | null
  readonly ended?: string | null
  readonly error?: string | null
  /** What it has told last; null where it does not know how far it is. */
  readonly percent?: number | null
  readonly text?: string | null
}

/** A job as it is now. */
export interface JobReply {
  readonly kind: 'job'
  readonly id: string
  readonly state: RunState
  readonly steps: readonly JobStep[]
  /** Why it stands so. */
  readonly reason?: Reason | null
  /** The jobs that come first. */
  readonly waitsFor?: readonly string[]
  /** Who has asked it to stop. */
  readonly cancelBy?: string | null
  /** What else who started it is told. */
  readonly notes?: readonly string[]
  /** It was started by this command: who asked waits for its end. */
  readonly isNew?: boolean
  readonly about?: {
    readonly command: string
    /** Who asked for it: the identity, and the name. */
    readonly by: string
    readonly name: string
    readonly because: string | null
    readonly proposal: string | null
    readonly retryOf: string | null
    /** ISO date-times in UTC. */
    readonly created: string
    readonly ended: string | null
  }
}

export type Reply = { readonly warnings?: readonly Warning[] } & (
  | {
      readonly kind: 'things'
      readonly things: readonly ThingSummary[]
      readonly total: number
      readonly capped: boolean
      /** Only where the answer is a change too (`allocate`). */
      readonly version?: number | null
      /** And what was done with each, a line each, for people. */
      readonly done?: readonly Words[]
    }
  | {
      readonly kind: 'count'
      readonly count: number
      readonly by?: string
      readonly groups?: Readonly<Record<string, number>>
    }
  | { readonly kind: 'info'; readonly things: readonly ThingInfo[]; readonly total: number; readonly capped: boolean }
  | {
      readonly kind: 'values'
      readonly rows: readonly ValueCell[]
      /** That there are more than these, and how to ask for them. */
      readonly more?: string
    }
  | { readonly kind: 'lines'; readonly lines: readonly Words[] }
  | {
      readonly kind: 'table'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly Cell[])[]
      /** As of `values`. */
      readonly more?: string
      /** Something that was looked at is not well: for programs, the command has failed. */
      readonly isAlarm?: true
    }
  | {
      readonly kind: 'change'
      /** What was done, a line each, as facts in words: `server1 added`. */
      readonly done: readonly Words[]
      /** Rows or things, as the command counts. The pipeline adds the version. */
      readonly changed: number
      /** What the bot chose: `ports`, `address`, `name`. */
      readonly chosen?: Readonly<Record<string, Cell | readonly Cell[]>>
      /** Of a list given word by word: those that were refused. */
      readonly failed?: readonly Failed[]
    }
  | ProposalReply
  | JobReply
  | { readonly kind: 'history'; readonly entries: readonly HistoryEntry[] }
  | {
      readonly kind: 'file'
      readonly path: string
      readonly mediaType: string
      readonly content: Uint8Array
      /** What a picture shows, in words; the first line is its alternative text. */
      readonly lines?: readonly string[]
    }
)

/** What a picture is to show; bot/render draws it, and what is answered is a file. */
export type Picture =
  | { readonly tag: 'elevation'; readonly faces: readonly Face[]; readonly elevation: Elevation }
  | { readonly tag: 'graph'; readonly graph: Graph }

export interface PictureReply {
  readonly kind: 'picture'
  readonly picture: Picture
  readonly warnings?: readonly Warning[]
}
