"""Staff (personal): one row per employment and period."""

import polars as pl

from tcw.model.tables.field import Column, Table

STAFF = Table(
    "Staff (personal): one row per employment and period.",
    {
        "staff_id": Column(
            pl.String, "id", "anställningsnummer", "the employee's number in the system", required=True
        ),
        "name": Column(pl.String, "text", "namn", "shown in reports unless pseudonymised"),
        "person_id": Column(pl.String, "id", "personnummer", "the person behind several employments"),
        "birth_date": Column(pl.Date, "date", "födelsedatum", "needed for the rules on minors"),
        "employment_type": Column(
            pl.String, "word", "anställningstyp", "monthly (Månadslön) or hourly (Timlön)"
        ),
        "employment_rate": Column(
            pl.Float64, "share", "anställningsgrad", "share of full time, 1.0 is full time"
        ),
        "home_unit": Column(pl.String, "id", "hemenhet", "the unit the employee belongs to"),
        "category": Column(pl.String, "text", "befattning", "the occupation, for filters"),
        "services": Column(
            pl.List(pl.String), "list", "tjänster", "services the employee can be booked on, for filters"
        ),
        "areas": Column(
            pl.List(pl.String), "list", "områden", "areas the employee can be booked in, for filters"
        ),
        "phone": Column(pl.String, "text", "telefon", "for notifications"),
        "email": Column(pl.String, "text", "e-post", "for notifications"),
        "valid_from": Column(pl.Date, "date", "gäller från", "first day of the employment or period"),
        "valid_to": Column(pl.Date, "date", "gäller till", "last day, included"),
    },
)
