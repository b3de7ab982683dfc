# One image with all programs of Baton; which one runs is chosen by the command.
#
#   docker build -t baton .
#   docker run -p 127.0.0.1:8080:8080 -v baton:/data baton              the whole product in one process
#   docker run baton baton-sales                                       one service
FROM node:24-bookworm-slim AS console
WORKDIR /source
COPY proto proto
COPY services/console services/console
RUN cd services/console && npm ci --no-audit && npm run build

FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
COPY --from=console /source/services/console/dist services/console/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked --bins \
      -p baton -p baton-directory -p baton-customer -p baton-marketing -p baton-sales -p baton-commerce \
      -p baton-insight -p baton-gateway \
    && mkdir /programs \
    && find target/release -maxdepth 1 -type f -executable -name 'baton*' -exec cp {} /programs/ \;

FROM debian:bookworm-slim
# curl is for health checks.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home baton \
    && install -d -o baton -g baton /data /keys /certificates
COPY --from=build /programs/ /usr/local/bin/
USER 10001:10001
ENV BATON_DATA=/data BATON_LISTEN__HTTP=0.0.0.0:8080
VOLUME ["/data"]
EXPOSE 8080 50051
HEALTHCHECK --interval=10s --start-period=60s CMD curl -fsS http://127.0.0.1:50051/readyz
CMD ["baton", "serve"]
