/** What DataProcessing does to a mini-batch, or, where the object is one document, to the document. */
export interface Processing {
  /** The mini-batch as it is sent: the InputFilter applied to each record. @throws BatchlineError JOB_FAILED */
  filterInput(miniBatch: Buffer): Buffer;
  /**
   * The output: each prediction joined with its record as it was before the InputFilter, and the OutputFilter applied.
   * @throws BatchlineError JOB_FAILED also where the reply has another number of records
   */
  finish(miniBatch: Buffer, reply: Buffer): Buffer;
}
