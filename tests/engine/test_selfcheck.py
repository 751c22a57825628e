from xraydesk.engine.selfcheck import engine_restarts


def test_a_killed_engine_is_seen_to_come_back() -> None:
    assert engine_restarts() == "killed, started again, answered"
