"""Each thread answers for what it put itself, once."""

from threading import Thread

from storage.objects.unproven import Facts, Unproven

ONE, TWO = Facts("a" * 64, 1), Facts("b" * 64, 2)


def test_what_was_put_is_taken_once_the_last_of_a_key() -> None:
    unproven = Unproven()
    unproven.note("k", ONE)
    unproven.note("k", TWO)
    assert unproven.take() == {"k": TWO}
    assert unproven.take() == {}


def test_another_threads_objects_are_its_own() -> None:
    unproven = Unproven()
    unproven.note("mine", ONE)
    taken: list[dict[str, Facts]] = []

    def work() -> None:
        unproven.note("its", TWO)
        taken.append(unproven.take())

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert taken == [{"its": TWO}]
    assert unproven.take() == {"mine": ONE}
