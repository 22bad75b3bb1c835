"""The parts that other tests stand on are real, and each test gets its own."""

import pytest
from sqlalchemy import create_engine, text


@pytest.mark.real
@pytest.mark.parametrize("part", ["postgres_url", "mariadb_url"])
def test_a_database_is_real_and_empty(part: str, request: pytest.FixtureRequest) -> None:
    """A test gets a server that answers SQL and a database in which nothing stands yet."""
    engine = create_engine(request.getfixturevalue(part))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40))"))
        connection.execute(text("INSERT INTO people VALUES (1, 'Zoë 雪')"))
        version = connection.execute(text("SELECT version()")).scalar_one()
        name = connection.execute(text("SELECT name FROM people")).scalar_one()
    engine.dispose()
    assert ("PostgreSQL" in version) or ("MariaDB" in version)
    assert name == "Zoë 雪"


@pytest.mark.real
@pytest.mark.parametrize("turn", [1, 2])
def test_no_test_sees_anothers_tables(postgres_url: str, mariadb_url: str, turn: int) -> None:
    """The same table can be made in every test, since each has a database of its own."""
    for url in (postgres_url, mariadb_url):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE mine AS SELECT {turn} AS turn"))
            assert connection.execute(text("SELECT count(*) FROM mine")).scalar_one() == 1
        engine.dispose()
