from __future__ import annotations

from threading import Event, Thread

from gdexplorer.engine.mailbox import Mailbox


def test_items_come_out_once_and_in_order() -> None:
    box: Mailbox[int] = Mailbox()
    for item in range(5):
        assert box.put(item)
    assert box.drain() == [0, 1, 2, 3, 4]
    assert box.drain() == []


def test_a_full_box_makes_the_producer_wait_until_it_is_drained() -> None:
    box: Mailbox[int] = Mailbox(capacity=2)
    finished = Event()

    def produce() -> None:
        for item in range(6):
            box.put(item)
        finished.set()

    producer = Thread(target=produce)
    producer.start()
    received: list[int] = []
    while not finished.is_set() or len(box):
        got = box.drain()
        assert len(got) <= 2
        received += got
    producer.join()
    assert received == list(range(6))


def test_closing_wakes_a_waiting_producer_and_refuses_its_item() -> None:
    box: Mailbox[int] = Mailbox(capacity=1)
    box.put(0)
    answers: list[bool] = []
    producer = Thread(target=lambda: answers.append(box.put(1)))
    producer.start()
    box.close()
    producer.join(timeout=5)
    assert answers == [False]
    assert box.drain() == [0]
    assert not box.put(2)
