# Backend and model service, in one image: `docker compose up --build` makes it and starts both.

FROM node:20-bookworm-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM rust:1.95-bookworm AS program
WORKDIR /src
COPY . .
COPY --from=frontend /src/frontend/dist frontend/dist
RUN cargo build --release --locked -p deskhand

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/*
COPY scripts/with-own-certificates scripts/with-secrets scripts/with-model-token scripts/with-own-traces-file scripts/is-healthy scripts/create_user /usr/local/bin/
COPY --from=program /src/target/release/deskhand /usr/local/bin/
CMD ["deskhand", "--help"]
