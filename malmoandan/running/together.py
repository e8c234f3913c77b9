"""Many operations of a migration on one picture of the models."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """The operations in their order, each knowing the models as they are after the last of them.

    Django draws all models anew after each operation, which took nine tenths of the time of an
    empty database (docs/decisions/0043). So a table that is made here has its keys and
    constraints in CreateModel; a later operation of the same `Together` does not alter it.
    """

    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # drawn when it is asked for, so once
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        # Taken back one by one: what removes a trigger asks for a table that is still there.
        state, steps = to_state.clone(), []
        for operation in self.operations:
            before, state = state, state.clone()
            operation.state_forwards(app_label, state)
            steps.append((operation, state, before))
        for operation, after, before in reversed(steps):
            operation.database_backwards(app_label, schema_editor, after, before)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)
