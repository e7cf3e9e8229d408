"""How long calls to the store and the database take: for Prometheus always, for OpenTelemetry if wanted.

Names of calls only: never a key, a statement or a value, so that no personal data leaves with them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from opentelemetry import metrics, trace
from prometheus_client import Histogram

from schemas.environment_errors import ProgramMissing
from schemas.settings import TelemetrySettings

_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_CALLS = Histogram(
    "sohoa_call_seconds",
    "Calls of this process to the store and the database.",
    ("part", "call"),
    buckets=_BUCKETS,
)
_TRACER = trace.get_tracer("sohoa")
_DURATION = metrics.get_meter("sohoa").create_histogram("sohoa.call.duration", unit="s")


@contextmanager
def timed(part: str, call: str) -> Iterator[None]:
    """A call within the block, to `store`, `sql` or a step of the flow."""
    begun = time.perf_counter()
    with _TRACER.start_as_current_span(f"{part}.{call}", record_exception=False):
        try:
            yield
        finally:
            observe(part, call, time.perf_counter() - begun)


def observe(part: str, call: str, seconds: float) -> None:
    """A call that took `seconds`."""
    _CALLS.labels(part, call).observe(seconds)
    _DURATION.record(seconds, {"part": part, "call": call})


@cache
def start_telemetry(settings: TelemetrySettings) -> None:
    """Once a process: send traces and metrics by OTLP over HTTP, if the settings name where to.

    Raises `ProgramMissing` without the extra `sohoa[telemetry]`.
    """
    if not settings.endpoint:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ProgramMissing("sohoa[telemetry]") from error
    resource = Resource.create({"service.name": "sohoa"})
    tracing = TracerProvider(resource=resource)
    tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{settings.endpoint}/v1/traces")))
    trace.set_tracer_provider(tracing)
    reader = PeriodicExportingMetricReader(
        OTLPMetricExporter(f"{settings.endpoint}/v1/metrics"), settings.every_seconds * 1000
    )
    metrics.set_meter_provider(MeterProvider([reader], resource))
