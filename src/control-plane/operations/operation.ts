/** Answers the body of a request, parsed from JSON, with what becomes the reply's; with nothing, an empty body. */
export type Operation = (body: unknown) => object | undefined | Promise<object>;

/** By the names of the API. */
export type Operations = Readonly<Record<string, Operation>>;
