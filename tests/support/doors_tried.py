"""What a neighbour asks of each program that listens: lists, reads, writes, deletes, runs something."""

from secrets import token_hex

KEY, CONTENT = f"giay-khai-sinh-{token_hex(6)}", f"noi-dung-{token_hex(12)}"
"""What lies in the store for the taking, once."""
METHODS = ("GET", "PUT", "POST", "DELETE")
PATHS = {
    "weed": (
        "/",
        "/sohoa",
        "/sohoa?list-type=2",
        "/sohoa?versions",
        f"/sohoa/{KEY}",
        "/sohoa/x",
        "/buckets",
        "/?Action=ListUsers&Version=2010-05-08",
        "/?Action=GetCallerIdentity&Version=2011-06-15",
        "/dir/status",
        "/dir/assign",
        "/dir/lookup?volumeId=1",
        "/col/delete?collection=sohoa",
        "/vol/status",
        "/vol/grow?count=1",
        "/cluster/status",
        "/submit",
        "/status",
        "/healthz",
        "/1,01",
        "/ui/index.html",
        "/stats/counter",
        "/buckets/",
        "/buckets/sohoa/?limit=10",
        f"/buckets/sohoa/{KEY}",
        "/api/config",
        "/metrics",
        "/debug/pprof/heap",
    ),
    "flows.orchestrator.server": (
        "/api/deployments/",
        "/api/deployments/filter",
        "/api/work_pools/",
        "/api/work_pools/filter",
        "/api/work_pools/sohoa",
        "/api/flows/",
        "/api/flows/filter",
        "/api/flow_runs/",
        "/api/flow_runs/filter",
        "/api/block_documents/filter",
        "/api/variables/filter",
        "/api/automations/",
        "/api/events",
        "/api/logs/filter",
        "/api/admin/settings",
        "/api/admin/version",
        "/api/admin/database/clear",
        "/api/csrf-token?client=x",
        "/api/health",
        "/api/ready",
        "/docs",
        "/openapi.json",
        "/ui-settings",
    ),
    "cli.main": (
        "/",
        "/metrics",
        "/batches",
        "/accounts",
        "/trail.csv",
        "/figures/all.csv",
        "/search",
        "/operation",
        "/uploads",
        "/health",
        "/ready",
        "/sign-in",
        "/static/desk.css",
        "/api/v1/procedures",
        "/api/v1/people/search",
        "/api/v1/openapi.json",
    ),
}
"""What would list, read, write, delete or run something, by the program that listens."""
PUBLIC = {
    "cli.main": {
        "/health",
        "/ready",
        "/sign-in",
        "/static/desk.css",
        "/api/v1/openapi.json",
    },
    "flows.orchestrator.server": {
        "/api/health",
        "/api/ready",
    },
    "weed": {"/status", "/healthz"},  # empty, and of S3 alone
}
"""What anybody may GET, by the program that answers."""
