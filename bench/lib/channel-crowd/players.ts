/** The clients that are compared. */
export const PLAYERS = ['earshot', 'partysocket', 'centrifuge'] as const;
export type Player = (typeof PLAYERS)[number];

/** A number for each of them. */
export type PerPlayer<Value> = Readonly<Record<Player, Value>>;

export const perPlayer = <Value>(value: () => Value): Record<Player, Value> => ({
  earshot: value(),
  partysocket: value(),
  centrifuge: value(),
});
