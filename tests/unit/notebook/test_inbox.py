"""Messages that come twice, late, or while others are handled."""

import threading

from pyrt.notebook.inbox import Inbox


def texts(inbox, number):
    return [each["text"] for each in inbox.take(number, {"text": number})]


def test_each_message_is_handled_once_and_in_order():
    inbox = Inbox(1)
    assert texts(inbox, 1) == [1]
    assert texts(inbox, 3) == []
    assert inbox.handled == 1
    assert texts(inbox, 2) == [2, 3]
    assert texts(inbox, 2) == []
    assert inbox.handled == 3


def test_what_comes_while_one_is_handled_is_handled_by_the_same_thread():
    inbox, handled, begun, goes_on = Inbox(5), [], threading.Event(), threading.Event()

    def work():
        for each in inbox.take(5, {"text": 5}):
            begun.set()
            goes_on.wait(30)
            handled.append(each["text"])

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(30)
    assert texts(inbox, 6) == []
    assert texts(inbox, 5) == []
    goes_on.set()
    thread.join(30)
    assert handled == [5, 6]
    assert texts(inbox, 7) == [7]


def test_a_message_that_cannot_be_handled_does_not_stop_the_others():
    inbox = Inbox(1)
    taken = inbox.take(1, {"text": 1})
    next(taken)
    taken.close()
    assert inbox.handled == 0
    assert texts(inbox, 2) == []
    assert texts(inbox, 1) == [1, 2]
