import type { KnownCause } from './known-cause.ts';

/** Why requests fail: seen in the data log, which quotes the replies, and in FailureReason of `batchline local`. */
export const requestCauses: readonly KnownCause[] = [
  {
    in: ['data-log', 'reason', 'container'],
    pattern: /TOO_MANY_ERRORS/,
    what: 'Too many records of a mini-batch could not be scored, so batchline refused all of it.',
    remedy:
      'the first records are named with what is wrong with them: correct them (`batchline inspect` finds all), or the model’s `input`; BATCHLINE_MAX_ERROR_RATE and BATCHLINE_ON_ERROR=line let them pass as error lines',
  },
  {
    in: ['data-log', 'reason'],
    pattern: /INVALID_DOCUMENT|INVALID_BODY/,
    what: 'A body is not the document that its Content-Type says: often because an object was cut in the middle of one.',
    remedy: ({ TransformInput: { SplitType: split = 'None', ContentType: type = 'none' } }) =>
      `SplitType is ${split}, ContentType ${type}: whole JSON documents need SplitType None, and JSON by lines needs lines (application/jsonlines)`,
  },
  {
    // The service's record over MaxPayloadInMB: developer guide, batch-transform-errors
    in: ['data-log', 'reason'],
    pattern:
      /more than MaxPayloadInMB|(?:exceed|larger|bigger|greater).*(?:MaxPayload|payload)|payload.*(?:exceed|too large)/i,
    what: 'A record, or an object that is not split, is larger than MaxPayloadInMB.',
    remedy: ({ MaxPayloadInMB: payload = 6, TransformInput: { SplitType: split = 'None' } }) =>
      `raise MaxPayloadInMB (${payload}; at most 100, and × MaxConcurrentTransforms at most 100)${split === 'None' ? ', or let the object be split: SplitType Line' : ''}`,
  },
  {
    // nginx's default of 1 MB, and 5 MB of well-known examples, are below the service's 6: aws/sagemaker-python-sdk#1882, aws/amazon-sagemaker-examples#2793
    in: ['data-log', 'reason'],
    pattern: /ClientError: 413|answered 413|PAYLOAD_TOO_LARGE|Request Entity Too Large|Payload Too Large/i,
    what: 'The container takes no body as large as it was sent (413).',
    remedy: ({ MaxPayloadInMB: payload = 6 }) =>
      `let the container take ${payload} MB and more (nginx: client_max_body_size 0; MMS: max_request_size), or lower MaxPayloadInMB`,
  },
  {
    in: ['data-log', 'reason'],
    pattern:
      /ClientError: 415|answered 415|UNSUPPORTED_MEDIA_TYPE|unsupported (?:content|media)[- ]?type|only supports CSV/i,
    what: 'The container does not read this Content-Type (415).',
    remedy: ({ TransformInput: { ContentType: type = 'none' } }) =>
      `ContentType is ${type}: batchline reads application/json, application/jsonlines and text/csv, in UTF-8; others say which in their reply`,
  },
  {
    in: ['data-log', 'reason'],
    pattern: /ClientError: 406|answered 406|NOT_ACCEPTABLE/,
    what: 'The container cannot answer in the type that Accept asks for (406).',
    remedy: ({ TransformOutput: { Accept: accept = 'none' } }) =>
      `Accept is ${accept}: leave it out, or give one that the container writes; with DataProcessing it has to be the ContentType’s`,
  },
  {
    // aws/amazon-sagemaker-examples#1620
    in: ['data-log', 'reason'],
    pattern: /as CSV: |bare " in non[- ]quoted[- ]field|wrong number of fields|extraneous or missing " in quoted/i,
    what: 'A line is no CSV as DataProcessing needs it (RFC 4180): a quote in the middle of a field, or a line break within quotes.',
    remedy:
      'quote such fields, double the quotes in them, and have no line breaks in fields; `batchline inspect --content-type text/csv` finds the lines; or leave the filters and the join out',
  },
  {
    // aws/amazon-sagemaker-examples#821
    in: ['data-log', 'reason'],
    pattern: /Failed to parse output from the algorithm|Failed to parse (?:line|the output|output)/i,
    what: 'What the container answered is not of the type that DataProcessing has to read.',
    remedy: ({ TransformInput: { ContentType: type = 'none' }, TransformOutput: { Accept: accept = 'none' } }) =>
      `ContentType (${type}) and Accept (${accept}) have to be the same of text/csv, application/json, application/jsonlines, and what the container answers`,
  },
  {
    // aws/sagemaker-python-sdk#1112: $[0:2,246:]
    in: ['data-log', 'reason'],
    pattern: /Invalid JsonPath|Invalid (?:Input|Output)Filter|in JsonPath|JSONPath/i,
    what: 'InputFilter or OutputFilter is no JSONPath that the service takes, or names what a record does not have.',
    remedy: ({ DataProcessing: { InputFilter: input = '$', OutputFilter: output = '$' } = {} }) =>
      `InputFilter is ${input}, OutputFilter ${output}: one range a path ($[0:2,246:] fails), no "_" in names, CSV columns by index; the joined record comes before the OutputFilter. \`batchline transform\` tries them here`,
  },
  {
    in: ['data-log', 'reason'],
    pattern:
      /Failed to join|(?:number|count) of (?:records|rows|lines|predictions).*(?:match|differ|equal)|expected as many lines/i,
    what: 'The container answered another number of lines than the mini-batch has, so that input and output cannot be joined.',
    remedy:
      'let it answer one line for each, blank ones too, and no header; BatchStrategy SingleRecord shows the record at fault',
  },
  {
    in: ['data-log', 'reason'],
    pattern: /ClientError: 408|answered 408|REQUEST_TIMEOUT/,
    what: 'A request’s body stopped to come (408): the instance is overloaded, or the connection broke.',
    remedy: 'run it again with a smaller MaxConcurrentTransforms or a larger instance type',
  },
  {
    // timeouts: aws/sagemaker-python-sdk#703, #1951, aws/sagemaker-tensorflow-serving-container#18; settings: developer guide, batch-transform-errors
    in: ['data-log', 'reason'],
    pattern: /Unable to get response from (?:the )?algorithm|no reply from the container|InvocationsTimeout/i,
    what: 'The container did not answer a request in time, or ended while it worked on one.',
    remedy: ({ ModelClientConfig: { InvocationsTimeoutInSeconds: timeout = 600 } = {}, MaxPayloadInMB: payload = 6 }) =>
      `raise ModelClientConfig.InvocationsTimeoutInSeconds (${timeout}; at most 3600), lower MaxPayloadInMB (${payload}) or take BatchStrategy SingleRecord, and see in the container’s log whether it ended`,
  },
  {
    // examples with a proxy or server that gives up earlier than the service: aws/amazon-sagemaker-examples#544
    in: ['data-log', 'reason'],
    pattern: /(?:algorithm|answered):? 50[24]|Gateway Time-?out|Bad Gateway|upstream timed out/i,
    what: 'The proxy in the container got no answer from the program behind it in its time (502, 504).',
    remedy:
      'raise the timeouts of nginx (proxy_read_timeout) and of its server (gunicorn --timeout) above InvocationsTimeoutInSeconds, or lower MaxPayloadInMB',
  },
  {
    // aws/sagemaker-tensorflow-serving-container#171
    in: ['data-log', 'reason'],
    pattern: /(?:algorithm|answered):? 503|NOT_READY|Service Unavailable/i,
    what: 'The container was not ready for requests though it answered /ping, or was stopping (503).',
    remedy:
      'let /ping answer 200 only when the model is loaded, as batchline does; a container that restarts says why in its log',
  },
  {
    // aws/amazon-sagemaker-examples#3948, aws/sagemaker-tensorflow-serving-container#93
    in: ['data-log', 'reason'],
    pattern: /Bad HTTP status received from algorithm: 5|answered 5\d\d/,
    what: 'The container failed on a request (5xx), on each attempt.',
    remedy:
      'its message, and the container’s log (`--logs`), say why; `batchline transform --image` with the same object shows it here',
    isGeneral: true,
  },
  {
    in: ['data-log', 'reason'],
    pattern: /ClientError: 4\d\d|answered 4\d\d/,
    what: 'The container refused a request (4xx): something is wrong with the input, or with what is said of it.',
    remedy: 'its message says what; `batchline inspect` checks the same objects here',
    isGeneral: true,
  },
];
