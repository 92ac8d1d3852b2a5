import type { KnownCause } from './known-cause.ts';

/** Why a container does not start, or does not stay: seen in what it writes. */
export const containerCauses: readonly KnownCause[] = [
  {
    // aws-samples/amazon-sagemaker-custom-container#3, aws-samples/sagemaker-studio-custom-image-samples#30
    in: ['reason', 'container'],
    pattern: /exec format error/i,
    what: 'The image is of another architecture, mostly Arm: transform jobs run linux/amd64 alone.',
    remedy: 'build it with --platform linux/amd64, which `batchline launch` does; its preflight refuses others',
  },
  {
    // shashankprasanna/torchserve-examples#8, aws/sagemaker-python-sdk#4615
    in: ['reason', 'container'],
    pattern: /"?serve"?: executable file not found|CannotStartContainerError|no such file or directory: unknown/i,
    what: 'The container cannot be started: the service runs `docker run IMAGE serve`, and the image has no such program.',
    remedy:
      'see that the image’s ENTRYPOINT takes `serve`, or that a program of that name is on its PATH: `batchline transform --image` tries it here',
  },
  {
    in: ['container', 'reason'],
    pattern: /^batchline: (?:(?:SAGEMAKER|BATCHLINE)_[A-Z_]+|cannot listen on)/,
    what: 'batchline’s server refused one of its settings (INVALID_SETTING), and ended.',
    remedy: 'correct that variable in Environment, of the model or of the job; `batchline serve --help` lists them all',
  },
  {
    in: ['container', 'reason'],
    pattern: /^batchline: |\bINVALID_MODEL\b/,
    what: 'batchline’s server could not load the model (INVALID_MODEL), and ended.',
    remedy:
      '`batchline inspect MODEL` and `batchline transform --model MODEL` show the same here: correct the model, and launch again',
  },
  {
    // gunicorn: "Worker (pid:…) was sent SIGKILL! Perhaps out of memory?"; exit status 137 is 128 + SIGKILL
    in: ['container', 'reason', 'data-log'],
    pattern:
      /^Killed$|out of memory|OutOfMemory|OOMKilled|MemoryError|std::bad_alloc|Cannot allocate memory|(?:exit(?:ed)?(?: with)?(?: code| status)?:?|status) 137\b/i,
    what: 'The container ran out of memory, and was killed.',
    remedy: ({ TransformResources: { InstanceType: type }, MaxPayloadInMB: payload = 6 }) =>
      `take an instance type with more memory than ${type}, a smaller MaxPayloadInMB (${payload}), MaxConcurrentTransforms or BATCHLINE_WORKERS`,
  },
  {
    in: ['container', 'reason', 'data-log'],
    pattern: /No space left on device|ENOSPC|disk (?:is )?full/i,
    what: 'The volume is full: a transform job has 30 GB for the model and everything that the container writes.',
    remedy: 'make the model smaller, write nothing but to /tmp and little of it, or split the input into more objects',
  },
  {
    in: ['container', 'reason', 'data-log'],
    pattern: /Read-only file system|EROFS/i,
    what: 'The container writes where it may only read: /opt/ml/model is read-only.',
    remedy: 'let it write to /tmp',
  },
  {
    in: ['container', 'reason'],
    pattern: /Permission denied|EACCES/,
    what: 'A program or file of the container may not be run, read or written by its user.',
    remedy:
      'let the image run as root, which the service expects, or correct the modes in the image and in the model archive',
  },
  {
    in: ['container', 'reason'],
    pattern: /Address already in use|EADDRINUSE/,
    what: 'Two programs of the container want the same port.',
    remedy: 'listen on SAGEMAKER_BIND_TO_PORT, by default 8080, and with nothing else on it',
  },
  {
    in: ['container', 'reason'],
    pattern: /accept-bind-to-port/,
    what: 'A container of the pipeline does not say that it can listen on a port of the service’s choice.',
    remedy:
      'give its image the label com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true; batchline’s has it',
  },
  {
    in: ['container'],
    pattern:
      /ModuleNotFoundError|ImportError|Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|error while loading shared libraries/,
    what: 'The container’s program, or the model’s code, imports what is not in the image.',
    remedy: 'add it to the image, or to the model’s code; with network isolation nothing can be installed at the start',
  },
  {
    // A container without a network, which network isolation is, cannot resolve a name.
    in: ['container', 'data-log'],
    pattern:
      /ENOTFOUND|EAI_AGAIN|getaddrinfo|Temporary failure in name resolution|Name or service not known|Network is unreachable|ENETUNREACH/,
    what: 'The container asks for something over the network and does not get it: network isolation is on, or its VPC leads nowhere.',
    remedy:
      'put what it needs into image and archive, or launch with --no-network-isolation, in a VPC with the endpoints that it needs',
  },
  {
    // aws/amazon-sagemaker-examples#852; the 30 minutes: #815
    in: ['reason'],
    pattern: /failed to respond to ping|ping health check/i,
    what: 'No container answered GET /ping with 200 within the time that the service gives it: it ended, hangs, or is not listening on port 8080.',
    remedy: 'what it wrote before is in the job’s logs (`--logs`); `batchline transform --image` starts the same here',
    isGeneral: true,
  },
];
