# The services, as images: `docker compose up --build` makes and starts them.

FROM node:20-bookworm-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM rust:1.95-bookworm AS programs
WORKDIR /src
COPY desktop-image/build-packages.txt desktop-image/
RUN apt-get update \
    && sed -e 's/#.*//' desktop-image/build-packages.txt | xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*
COPY . .
COPY --from=frontend /src/frontend/dist frontend/dist
RUN cargo build --release --locked

FROM debian:bookworm-slim AS ai-model
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY scripts/with-secrets /usr/local/bin/
COPY --from=programs /src/target/release/deskhand /usr/local/bin/
ENV AI_MODEL_LISTEN=0.0.0.0:8020
# Root reads the secrets, and nobody runs the service.
ENTRYPOINT ["with-secrets", "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs"]
CMD ["deskhand", "serve", "ai-model"]

FROM debian:bookworm-slim AS backend
COPY desktop-image/packages.txt /tmp/
RUN apt-get update \
    && sed -e 's/#.*//' /tmp/packages.txt | xargs apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* /tmp/packages.txt
COPY scripts/with-secrets /usr/local/bin/
COPY --from=programs /src/target/release/deskhand /src/target/release/desktop-agent /usr/local/bin/
# Root, so that each desktop gets a user of its own: inside a container bubblewrap has no namespaces to give.
ENV DESKHAND_LISTEN=0.0.0.0:8010
VOLUME /var/lib/deskhand
ENTRYPOINT ["with-secrets"]
CMD ["deskhand", "serve", "backend"]
