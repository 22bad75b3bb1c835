"""`seatkeeper serve`."""

import click

from seatkeeper.cli.options import Call, shared


@click.command("serve")
@shared
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, help="The port to listen on.")
def command(call: Call, host: str, port: int) -> None:
    """Serve the status pages of affected people, and nothing else; put TLS in front of it."""
    import uvicorn

    from seatkeeper.errors import ConfigurationError
    from seatkeeper.web.app import create_app

    with call.office() as office:
        if office.post.key is None:
            raise ConfigurationError(
                "The configuration names no key that could open a status page.",
                remedy="Write notices.page and notices.key, then: seatkeeper serve",
            )
        app = create_app(office.desk, office.known_organization(), office.post.key)
        click.echo(f"Serving status pages on http://{host}:{port}", err=True)
        # No log of addresses: the address of a page is what lets somebody see it.
        uvicorn.run(app, host=host, port=port, access_log=False, server_header=False, log_level="warning")
