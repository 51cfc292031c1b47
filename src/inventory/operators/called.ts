// How people are named where an identity is on record: by the operator whose it is now; one that is nobody's by itself.

/** As SQL: of a column with identities, `v.operator`. */
export const calledSql = (column: string): string =>
  `coalesce((select o.name from identities i join operators o on o.id = i.operator_id where i.identity = ${column}), ${column})`
