import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "../../api/api-error";
import { SiteForm, type SiteFormProps } from "./SiteForm";
import { emptySite } from "./site-values";

afterEach(cleanup);

function setUp(onSend: SiteFormProps["onSend"], name = "Shop", domains = ["shop.example"]) {
  render(() => <SiteForm site={{ ...emptySite("Europe/Vienna"), name, domains }} action="Save" onSend={onSend} />);
  return () => fireEvent.click(screen.getByRole("button", { name: "Save" }));
}

it("sends what the fields hold", async () => {
  const onSend = vi.fn<SiteFormProps["onSend"]>(async () => {});
  const save = setUp(onSend);
  fireEvent.input(screen.getByLabelText("Domains"), { target: { value: "https://shop.example/\nwww.shop.example" } });
  save();
  await screen.findByText("Saved.");
  expect(onSend).toHaveBeenCalledWith(
    expect.objectContaining({
      name: "Shop",
      domains: ["shop.example", "www.shop.example"],
      time_zone: "Europe/Vienna",
    }),
  );
});

it("sends each list and number under its own name", async () => {
  const onSend = vi.fn<SiteFormProps["onSend"]>(async () => {});
  const save = setUp(onSend);
  const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
  type("Excluded pages", "/admin/*\n/preview/*");
  type("Excluded addresses", "203.0.113.7");
  type("Rate limit", "250");
  type("Leaves", "3");
  save();
  await screen.findByText("Saved.");
  expect(onSend).toHaveBeenCalledWith(
    expect.objectContaining({
      excluded_paths: ["/admin/*", "/preview/*"],
      excluded_addresses: ["203.0.113.7"],
      rate_limit: 250,
      leaves: 3,
    }),
  );
});

it("says at the field what the server found wrong, and leads there", async () => {
  const save = setUp(async () => {
    throw new ApiError("invalid", "Some fields are wrong.", { "domains.1": "A host name.", rate_limit: "At least 1." });
  });
  save();
  await screen.findByText("Line 2: A host name.");
  const domains = screen.getByLabelText("Domains");
  expect(domains.getAttribute("aria-invalid")).toBe("true");
  expect(document.getElementById(domains.getAttribute("aria-describedby")?.split(" ")[0] ?? "")?.textContent).toBe(
    "Line 2: A host name.",
  );
  expect(document.activeElement).toBe(domains);
  expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBe("false");
  expect(screen.queryByRole("alert")).toBeNull();
});

it("says below the form what belongs to no field", async () => {
  const save = setUp(async () => {
    throw new ApiError("offline", "The server cannot be reached.");
  });
  save();
  await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("The server cannot be reached."));
});

it("asks for what is empty without a call", async () => {
  const onSend = vi.fn<SiteFormProps["onSend"]>(async () => {});
  const save = setUp(onSend, "", []);
  save();
  await screen.findByText("Give the site a name.");
  await screen.findByText("Give at least one domain.");
  expect(onSend).not.toHaveBeenCalled();
});
