import { type Body, flatBody, outletsBody } from './bodies.ts';
import { flagCombo, numericModel } from './models.ts';

/** The two bodies that every server figure is measured with, each with the folder of the model that reads it. */
export async function serverCases(): Promise<{ body: Body; model: string }[]> {
  return [
    { body: await outletsBody(), model: flagCombo },
    { body: await flatBody(), model: await numericModel() },
  ];
}
