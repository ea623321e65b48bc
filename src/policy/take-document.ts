import { kindOf } from './document.ts';
import { type Draft, type Event, ROLES, type Role } from './model.ts';

type Edition = Extract<Event, { type: 'document' }>;

/**
 * Takes over the sources of a new document. A source that stays keeps what is known about it.
 *
 * @param model is changed.
 * @returns the roles whose source is no longer in the document.
 */
export const takeDocument = (model: Draft, { document, isFixed }: Edition): readonly Role[] => {
  const isNext = document.sequence !== model.document?.sequence;
  const changed = isNext || kindOf(document) !== kindOf(model.document);
  const { rungs } = model;
  model.document = document;
  model.isFixed = isFixed;
  model.phase = 'running';
  model.rungs = document.sources.map((description) => {
    const rung = rungs.find((one) => one.description.url === description.url);
    const { wait = null, position = null, excludedBy = null } = rung ?? {};
    return { description, wait, position, excludedBy: changed ? null : excludedBy };
  });
  return ROLES.filter((role) => {
    const run = model[role];
    const url = rungs[run?.rung ?? -1]?.description.url;
    const rung = model.rungs.findIndex(({ description }) => description.url === url);
    if (run && rung >= 0) model[role] = { ...run, rung };
    return rung < 0;
  });
};
