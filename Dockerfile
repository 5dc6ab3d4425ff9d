FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/incident-double
WORKDIR /source
COPY requirements.lock ./
RUN /opt/incident-double/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY openapi ./openapi
COPY fixtures ./fixtures
COPY mock_server ./mock_server
COPY contract_tests ./contract_tests
COPY cli ./cli
RUN /opt/incident-double/bin/pip install --no-deps . \
    && /opt/incident-double/bin/pip uninstall --yes pip

FROM python:3.13-slim
COPY --from=build /opt/incident-double /opt/incident-double
# Where `serve --tls --ca-file /authority/ca.pem` can write, and so a volume that is mounted there.
RUN install --directory --owner=65532 --group=65532 /authority
ENV PATH=/opt/incident-double/bin:$PATH PYTHONUNBUFFERED=1
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --start-interval=1s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/_double/health', timeout=2)"]
ENTRYPOINT ["incident-double"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
