"""`make docs`: write the tables that follow from code and from prefect.yaml into the documents."""

from tests.docs.places import filled
from tests.docs.tables import TABLES

for page, tables in TABLES.items():
    page.write_text(filled(page.read_text(), "docs", {name: made() for name, made in tables.items()}))
