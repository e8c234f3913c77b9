"""Operations of a migration that share one picture of the models."""

import pgtrigger
import pytest
from django.db import ProgrammingError, connection, migrations, models, transaction
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger

from malmoandan.running.together import Together

KEY = ("id", models.BigAutoField(primary_key=True))


@pytest.fixture
def together():
    tree = models.ForeignKey("wood.Tree", models.CASCADE)
    return Together(
        [
            # Refers to what is made after it.
            migrations.CreateModel("Leaf", [KEY, ("tree", tree)]),
            migrations.CreateModel("Tree", [KEY, ("name", models.CharField(max_length=9))]),
            AddTrigger("tree", pgtrigger.Protect(name="stays", operation=pgtrigger.Delete)),
            migrations.RunSQL("INSERT INTO wood_tree (name) VALUES ('Ask')", ""),
        ]
    )


def tables():
    found = connection.introspection.table_names()
    return [name for name in found if name.startswith("wood_")]


def drawn_state():
    """A picture without models, as migrations have one when they begin."""
    state = ProjectState()
    assert state.apps.get_models() == []
    return state


def forwards(together, before):
    after = before.clone()
    together.state_forwards("wood", after)
    with connection.schema_editor() as editor:
        together.database_forwards("wood", editor, before, after)
    return after


def test_tables_stand_in_their_order_and_can_be_taken_back(transactional_db, together):
    before = drawn_state()
    after = forwards(together, before)
    assert tables() == ["wood_leaf", "wood_tree"]
    tree = after.apps.get_model("wood", "Tree").objects.get()
    leaf = after.apps.get_model("wood", "Leaf").objects.create(tree=tree)
    assert leaf.tree.name == "Ask"
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        tree.delete()
    with connection.schema_editor() as editor:
        together.database_backwards("wood", editor, after, before)
    assert tables() == []


def test_each_model_is_drawn_once(transactional_db, together, monkeypatch):
    drawn = []
    render = ModelState.render

    def noted(self, apps):
        drawn.append(self.name)
        return render(self, apps)

    before = drawn_state()
    monkeypatch.setattr(ModelState, "render", noted)
    after = forwards(together, before)
    assert sorted(drawn) == ["Leaf", "Tree"]
    with connection.schema_editor() as editor:
        together.database_backwards("wood", editor, after, before)
