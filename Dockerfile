# The batchline server as SageMaker runs it: `docker run IMAGE serve`, the model mounted on /opt/ml/model.
#
# To build on exactly the same base again, pin it by digest:
#   docker build --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:… .
# (docker buildx imagetools inspect node:24-bookworm-slim shows today's).
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No install scripts: the base has the Node that package.json's dev dependency would fetch.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/bundle.ts /opt/batchline
# Compiled code takes another 30 ms off the start: for root and for the default user; any other uid starts without it.
# V8 takes only what was compiled under the same options as it runs with.
RUN node scripts/warm-compile-cache.ts /opt/batchline examples/flag-combo/model 0 1000

# The final root: Node, the libraries it is linked to, the bundle. No shell, no npm, no package manager, nothing to patch.
# `serve` is on PATH for whoever overrides the entry point; /tmp is for a user's handler (or its tmpfs).
RUN mkdir -p -m 1777 /image/tmp && mkdir -p /image/etc /image/usr/local/bin /image/opt/ml && cp -r /opt/batchline /image/opt \
 && cp --parents /usr/local/bin/node /image \
 && ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs cp --parents -L -t /image \
 && printf 'root:x:0:0::/:/sbin/nologin\nnode:x:1000:1000::/tmp:/sbin/nologin\n' > /image/etc/passwd \
 && printf 'root:x:0:\nnode:x:1000:\n' > /image/etc/group \
 && printf '#!/usr/local/bin/node\nprocess.argv.splice(2, 0, "serve");\nimport("/opt/batchline/main.js");\n' > /image/usr/local/bin/serve \
 && chmod 755 /image/usr/local/bin/serve

FROM scratch
COPY --from=build /image/ /
# The container runs as any user, root included: it reads the model and writes nothing.
USER 1000:1000
ENV PATH=/usr/local/bin NODE_ENV=production NODE_COMPILE_CACHE=/opt/batchline/compile-cache ORT_DISABLE_TELEMETRY=1
# As src/transform/containers/server-process.ts starts a server, which says why; a test holds the two together.
ENV MALLOC_ARENA_MAX=1
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=2s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SAGEMAKER_BIND_TO_PORT || 8080}/ping`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=4", "/opt/batchline/main.js"]
CMD ["serve"]

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="batchline" \
      org.opencontainers.image.description="A SageMaker-compatible batch-transform inference container" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      com.amazonaws.sagemaker.capabilities.accept-bind-to-port="true"
