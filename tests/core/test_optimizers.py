from __future__ import annotations

from gdexplorer.core.optimizers import MEMORY_SLOTS, OPTIMIZERS, PARAMETER_SLOTS, Family


def test_the_table_is_in_order():
    codes = [optimizer.code for optimizer in OPTIMIZERS.values()]
    assert len(set(codes)) == len(codes)
    for key, optimizer in OPTIMIZERS.items():
        assert key == optimizer.key
        assert len(optimizer.parameters) <= PARAMETER_SLOTS
        assert all((optimizer.title, optimizer.formula, optimizer.sentence, optimizer.source))
        assert 0 < optimizer.usual_rate <= 1
        for parameter in optimizer.parameters:
            assert parameter.allows(parameter.default)


def test_memory_is_told_slot_by_slot():
    for optimizer in OPTIMIZERS.values():
        assert len(optimizer.memory) <= optimizer.memory_rows
        assert optimizer.memory_rows >= MEMORY_SLOTS
        assert all(memory.symbol and memory.meaning for memory in optimizer.memory)


def test_only_yardsticks_need_all_weights_at_once_or_curvature_and_do_without_a_rate():
    for optimizer in OPTIMIZERS.values():
        is_yardstick = optimizer.family is Family.YARDSTICK
        assert optimizer.moves_by_weight != is_yardstick
        assert is_yardstick or (optimizer.takes_rate and not optimizer.needs_hessian)
    assert [key for key, optimizer in OPTIMIZERS.items() if not optimizer.takes_rate] == ["linesearch", "cg"]
    assert [key for key, optimizer in OPTIMIZERS.items() if optimizer.needs_hessian] == ["newton"]
