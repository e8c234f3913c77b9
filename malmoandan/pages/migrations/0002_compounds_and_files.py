import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Beside the words of titles and texts: those inside a file, which weigh least and have no
# places (a report would fill the index with them), and the parts of compound words, as "+" and
# the part's Swedish form without marks. What is too much for an index is found by its title.
SEARCH_DOCUMENT = """
CREATE FUNCTION pages_search_stem(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pages_search_folded(
        coalesce((ts_lexize('pg_catalog.swedish_stem'::regdictionary, lower(word)))[1], lower(word))
    )
$$;
CREATE FUNCTION pages_search_parts(parts text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT '+' || pages_search_stem(part)), '{}'))
    FROM unnest(string_to_array(parts, ' ')) AS part WHERE part <> ''
$$;
CREATE FUNCTION pages_search_document(
    title text, body text, english_title text, english_body text, file_body text, parts text
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN pages_search_document(title, body, english_title, english_body)
        || strip(pages_search_vector('pg_catalog.swedish', file_body))
        || pages_search_parts(parts);
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN pages_search_document(title, '', english_title, '');
END $$
"""

# As in 0001, and each word of four letters or more may be a part of a compound word too: the end
# of one, or its middle. Short ones only before the letters that join words: "hälsa" finds
# folkhälsoarbete, but "ring" does not find förstoringen.
SEARCH_QUERY = """
CREATE FUNCTION pages_search_part_query(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN word ~ '[0-9]' OR length(stem) < 4 THEN ''
        WHEN length(stem) = 4 THEN format(
            ' | %L | %L:* | %L:* | %L:*', '+' || stem, '+' || stem || 'o', '+' || stem || 's',
            '+' || stem || 'an'
        )
        ELSE format(' | %L:*', '+' || stem)
    END FROM (SELECT pages_search_stem(word) AS stem) AS found
$$;
CREATE OR REPLACE FUNCTION pages_search_query(words text[]) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH forms AS (
        SELECT word,
               to_tsquery('pg_catalog.swedish', quote_literal(word) || ':*') AS swedish,
               to_tsquery('pg_catalog.english', quote_literal(word) || ':*') AS english,
               to_tsquery('pg_catalog.simple', quote_literal(word) || ':*') AS plain
        FROM unnest(words) AS word
    ), queries AS (
        SELECT '(' || (swedish || english || plain)::text || pages_search_part_query(word) || ')'
                   AS query,
               numnode(swedish) = 0 AS is_stop_word
        FROM forms WHERE numnode(plain) > 0
    )
    SELECT coalesce(
        string_agg(query, ' & ') FILTER (WHERE NOT is_stop_word), string_agg(query, ' & '), ''
    )::tsquery FROM queries
$$
"""

# For the extract: the piece of a long text where the first word found stands, and the query with
# the compound words in it, so that they are marked.
SEARCH_EXTRACT = """
CREATE FUNCTION pages_search_pattern(words text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(CASE WHEN length(stem) < 4 THEN '\\m' ELSE '' END || marked, '|')
    FROM (SELECT pages_search_stem(word) AS stem FROM unnest(words) AS word) AS stems,
    -- Letters with marks in the pattern: to fold a long text takes thirty times as long.
    LATERAL (SELECT replace(replace(replace(replace(
        stem, 'a', '[aåäæáàâã]'), 'o', '[oöøóò]'), 'e', '[eéèêë]'), 'u', '[uüúù]') AS marked
    ) AS patterns
$$;
CREATE FUNCTION pages_search_piece(body text, words text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN length(body) <= 8000 THEN body
        WHEN place < 400 THEN left(body, 8000)
        ELSE regexp_replace(substr(body, place - 300, 8000), '^\\S*\\s', '')
    END FROM (
        SELECT CASE WHEN length(body) > 8000 THEN
            regexp_instr(body, pages_search_pattern(words), 1, 1, 0, 'i') END AS place
    ) AS found
$$;
CREATE FUNCTION pages_search_marks(language regconfig, piece text, words text[])
RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (pages_search_query(words)::text || string_agg(' | ' || form::text, '') FILTER (WHERE numnode(form) > 0))
            ::tsquery,
        pages_search_query(words)
    ) FROM (
        SELECT DISTINCT to_tsquery(language, quote_literal(token)) AS form
        FROM regexp_split_to_table(piece, '\\W+') AS token
        WHERE length(token) BETWEEN 7 AND 50
        AND token ~* ('^\\w{3,}(' || pages_search_pattern(words) || ')')
    ) AS tokens
$$;
CREATE FUNCTION pages_search_extract(
    language regconfig, body text, words text[], options text
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ts_headline(language, piece, pages_search_marks(language, piece, words), options)
    FROM (SELECT pages_search_piece(body, words) AS piece OFFSET 0) AS found
$$
"""

FORMER_QUERY = """
DROP FUNCTION pages_search_part_query CASCADE;
CREATE OR REPLACE FUNCTION pages_search_query(words text[]) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH forms AS (
        SELECT to_tsquery('pg_catalog.swedish', quote_literal(word) || ':*') AS swedish,
               to_tsquery('pg_catalog.english', quote_literal(word) || ':*') AS english,
               to_tsquery('pg_catalog.simple', quote_literal(word) || ':*') AS plain
        FROM unnest(words) AS word
    ), queries AS (
        SELECT '(' || (swedish || english || plain)::text || ')' AS query,
               numnode(swedish) = 0 AS is_stop_word
        FROM forms WHERE numnode(plain) > 0
    )
    SELECT coalesce(
        string_agg(query, ' & ') FILTER (WHERE NOT is_stop_word), string_agg(query, ' & '), ''
    )::tsquery FROM queries
$$
"""
# The index is derived: every entry is read in anew, and hidden until it is.
READ_IN_ANEW = """
INSERT INTO pages_searchchange (kind, key) SELECT kind, key FROM pages_searchentry
"""


def drop(functions: str) -> str:
    return f"DROP FUNCTION {functions} CASCADE"


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_news_documents_search")]

    operations = [
        migrations.CreateModel(
            name="DocumentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="filens kontrollsumma")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inside",
                        to="pages.document",
                        verbose_name="dokument",
                    ),
                ),
            ],
            options={"verbose_name": "text i fil", "verbose_name_plural": "texter i filer"},
        ),
        migrations.RunSQL(
            SEARCH_DOCUMENT,
            drop(
                "pages_search_stem, pages_search_parts,"
                " pages_search_document(text, text, text, text, text, text)"
            ),
        ),
        migrations.RunSQL(SEARCH_QUERY, FORMER_QUERY),
        migrations.RunSQL(
            SEARCH_EXTRACT,
            drop(
                "pages_search_extract, pages_search_marks, pages_search_piece, pages_search_pattern"
            ),
        ),
        migrations.RemoveIndex("searchentry", "search_entry_words"),
        migrations.RemoveField("searchentry", "document"),
        migrations.AddField(
            "searchentry",
            "file_text",
            models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "searchentry",
            "parts",
            models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "searchentry",
            "document",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "title",
                    "text",
                    "english_title",
                    "english_text",
                    "file_text",
                    "parts",
                    function="pages_search_document",
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "searchentry",
            django.contrib.postgres.indexes.GinIndex(fields=["document"], name="search_entry_words"),
        ),
        migrations.RunSQL(READ_IN_ANEW, migrations.RunSQL.noop),
    ]
