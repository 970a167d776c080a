import { render } from "preact";
import { createShop, ShopContext } from "../shop";
import "../styles/base.css";
import "../styles/items.css";
import "../styles/chat.css";
import { Chat } from "./Chat";

render(
  <ShopContext.Provider value={createShop()}>
    <Chat />
  </ShopContext.Provider>,
  document.getElementById("app")!,
);
