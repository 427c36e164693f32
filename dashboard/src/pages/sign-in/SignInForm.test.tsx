import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, expect, it, vi } from "vitest";
import type { Api } from "../../api/api";
import { ApiError } from "../../api/api-error";
import { SignInForm } from "./SignInForm";

afterEach(cleanup);

function setUp(login: Api["login"], password = "right") {
  const onDone = vi.fn();
  render(() => <SignInForm api={{ login }} onDone={onDone} problem="This link is too old." />);
  fireEvent.input(screen.getByLabelText("E-mail"), { target: { value: " owner@example.com " } });
  fireEvent.input(screen.getByLabelText("Password"), { target: { value: password } });
  const send = () => fireEvent.click(screen.getByRole("button"));
  return { onDone, send };
}

it("signs in and goes on", async () => {
  const login = vi.fn<Api["login"]>(async () => undefined);
  const { onDone, send } = setUp(login);
  send();
  await waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
  expect(login).toHaveBeenCalledWith({ email: "owner@example.com", password: "right" });
});

it.each([
  [new ApiError("unauthorized", "The server's words."), "This e-mail and password do not belong together."],
  [new ApiError("rate_limited", "Too many tries. Try again in 40 s."), "Too many tries. Try again in 40 s."],
  [new ApiError("offline", "The server cannot be reached."), "The server cannot be reached."],
])("shows %s", async (error, text) => {
  const { onDone, send } = setUp(() => Promise.reject(error));
  send();
  await waitFor(() => expect(screen.getByRole("alert").textContent).toBe(text));
  expect(onDone).not.toHaveBeenCalled();
});

it("shows why the link failed before", () => {
  setUp(async () => undefined);
  expect(screen.getByRole("alert").textContent).toBe("This link is too old.");
});

it("sends once, however often the button is pressed", async () => {
  let done = () => {};
  const login = vi.fn<Api["login"]>(
    () =>
      new Promise((resolve) => {
        done = () => resolve(undefined);
      }),
  );
  const { onDone, send } = setUp(login);
  send();
  send();
  done();
  await waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
  expect(login).toHaveBeenCalledTimes(1);
});

it("asks for an empty password without a call", async () => {
  const login = vi.fn<Api["login"]>(async () => undefined);
  setUp(login, "").send();
  await screen.findByText("Give your password.");
  expect(login).not.toHaveBeenCalled();
});
