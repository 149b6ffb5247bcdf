/**
 * States are tables: for each state, what may happen and where it leads. One function checks every transition,
 * and the docs draw the same tables.
 */
export type StateTable<State extends string, Happening extends string> = {
  readonly [from in State]: { readonly [happening in Happening]?: State }
}

/** The next state, or undefined when the happening does not belong to this state. */
export function nextState<State extends string, Happening extends string>(
  table: StateTable<State, Happening>,
  from: State,
  happening: Happening,
): State | undefined {
  return table[from][happening]
}
